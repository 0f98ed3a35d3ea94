"""An issue written by the person's own template (https://jinja.palletsprojects.com/templates/)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError
from hauler_tui.haul import canonical, front
from hauler_tui.haul.compile import filled_lanes, snippet
from hauler_tui.haul.frontkeys import fields_of, values
from hauler_tui.haul.model import CardContent

_HINT = "mend it, or “hauler series edit ID --template ''” does without"


def render_template(
    source: str, name: str, series: Series, haul: Haul, cards: Sequence[CardContent]
) -> str:
    """The text that a template makes of an open issue.

    It sees the fields of ``frontkeys.FIELDS``, ``front`` (the front matter with its delimiters),
    ``site``, ``closing``, and ``lanes``: each with ``name``, ``heading``, ``text`` and ``cards``,
    a card with ``html``, ``link``, ``title``, ``abstract`` and ``note``. The filter ``yaml``
    writes a value as front matter has it, ``e`` escapes HTML. Raises HaulError with the line.
    """
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["yaml"] = front.scalar
    phrase = snippet(series, haul, len(cards))
    lanes = [
        {
            "name": lane.name.strip(),
            "heading": canonical.heading(lane.name) if lane.name.strip() else "",
            "text": canonical.note(lane.text),
            "cards": [_card(card, series.abstract_length) for card in held],
        }
        for lane, held in filled_lanes(series, haul, cards)
    ]
    context: dict[str, Any] = {
        **fields_of(series, haul, phrase, len(cards)),
        "front": front.write(values(series, haul, phrase, len(cards))) if series.front else "",
        "site": series.site,
        "closing": series.closing,
        "lanes": lanes,
    }
    try:
        return environment.from_string(source).render(context)
    except jinja2.TemplateSyntaxError as error:
        raise HaulError(f"{name}, line {error.lineno}: {error.message}", _HINT) from error
    except Exception as error:
        # A template calls whatever it likes of what it is given, and any of that may fail.
        line = _line(error)
        where = f"{name}, line {line}" if line else name
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise HaulError(f"{where}: {reason[:200]}", _HINT) from error


def _card(card: CardContent, length: int) -> dict[str, str]:
    return {
        "html": canonical.card_html(card, length),
        "link": canonical.card_link(card.link),
        "title": canonical.card_title(card.title) or canonical.card_title(card.link),
        "abstract": canonical.card_abstract(card.abstract, length),
        "note": canonical.note(card.text),
    }


def _line(error: BaseException) -> int | None:
    """The line of the template in which an error was raised."""
    trace = error.__traceback__
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found
