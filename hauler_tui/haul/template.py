"""An issue written by the person's own template (https://jinja.palletsprojects.com/templates/)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError
from hauler_tui.haul import canonical, front
from hauler_tui.haul.compile import filled_lanes, snippet
from hauler_tui.haul.frontkeys import fields_of, values
from hauler_tui.haul.model import CardContent

_HINT = "mend it, or “hauler series edit ID --template ''” does without"
_MOST_TURNS = 100_000
"""How often the loops, macros and blocks of a template may be gone through in all."""
_LONGEST_RANGE = 10_000
_MOST_CHARACTERS = 20_000_000
"""How long what a template writes may be."""
_LARGEST = 1_000_000
"""How many characters or parts something may have that a template makes, or bits a number."""


class _TooMuchError(Exception):
    """A template does more than any issue needs, and may never end."""


class _Bounded(ImmutableSandboxedEnvironment):
    """A sandbox in which every template ends."""

    intercepted_binops = frozenset({"+", "*", "**"})

    def __init__(self) -> None:
        super().__init__(
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        self.filters |= {"yaml": front.scalar, "center": _center}
        self.globals["range"] = _short_range
        self._turns = 0

    def turn(self) -> None:
        """Count one more turn of a loop, macro or block."""
        self._turns += 1
        if self._turns > _MOST_TURNS:
            raise _TooMuchError(f"its loops go round more than {_MOST_TURNS:,} times")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template, with every turn of what may go round counted."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)):
            assert isinstance(node, nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block)
            node.body.insert(0, nodes.ExprStmt(_call("turn", [], node), lineno=node.lineno))
        for joint in tree.find_all(nodes.Concat):
            joint.nodes = [_call("joined", joint.nodes, joint)]
        return tree

    def joined(self, *parts: object) -> str:
        """What ``~`` makes of its sides."""
        texts = [str(part) for part in parts]
        _allow("~", sum(map(len, texts)))
        return "".join(texts)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Add, multiply or raise to a power what stays small."""
        sides = left, right
        held = [len(side) for side in sides if isinstance(side, str | list | tuple)]
        numbers = [abs(side) for side in sides if isinstance(side, int)]
        if operator == "**" and len(numbers) == 2:
            _allow(operator, left.bit_length() * numbers[1])
        elif operator == "*" and len(held) == len(numbers) == 1:
            _allow(operator, held[0] * numbers[0])
        elif operator == "+":
            _allow(operator, sum(held))
        return super().call_binop(context, operator, left, right)


def _call(name: str, arguments: list[nodes.Expr], at: nodes.Node) -> nodes.Call:
    method = nodes.EnvironmentAttribute(name, lineno=at.lineno)
    return nodes.Call(method, arguments, [], None, None, lineno=at.lineno)


def _allow(operator: str, size: int) -> None:
    if size > _LARGEST:
        raise _TooMuchError(f"“{operator}” makes something too large")


def _center(text: str, width: int = 80) -> str:
    _allow("center", width)
    return text.center(width)


def _short_range(*arguments: int) -> range:
    found = range(*arguments)
    if len(found) > _LONGEST_RANGE:
        raise _TooMuchError(f"Range too big: it has more than {_LONGEST_RANGE:,} numbers")
    return found


def render_template(
    source: str, name: str, series: Series, haul: Haul, cards: Sequence[CardContent]
) -> str:
    """The text that a template makes of an open issue.

    It sees the fields of ``frontkeys.FIELDS``, ``front`` (the front matter with its delimiters),
    ``site``, ``closing``, and ``lanes``: each with ``name``, ``heading``, ``text`` and ``cards``,
    a card with ``html``, ``link``, ``title``, ``abstract`` and ``note``. The filter ``yaml``
    writes a value as front matter has it, ``e`` escapes HTML. Raises HaulError with the line.
    """
    phrase = snippet(series, haul, len(cards))
    said = values(series, haul, phrase, len(cards))
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
        "front": front.write(said, is_toml=series.toml) if series.front else "",
        "site": series.site,
        "closing": series.closing,
        "lanes": lanes,
    }
    check_template(source, name)
    try:
        return _written(_Bounded().from_string(source).generate(context))
    except Exception as error:
        # A template calls whatever it likes of what it is given, and any of that may fail.
        line = _line(error)
        where = f"{name}, line {line}" if line else name
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise HaulError(f"{where}: {reason[:200]}", _HINT) from error


def _written(pieces: Iterator[str]) -> str:
    written: list[str] = []
    length = 0
    for piece in pieces:
        written.append(piece)
        length += len(piece)
        if length > _MOST_CHARACTERS:
            raise _TooMuchError(f"it writes more than {_MOST_CHARACTERS:,} characters")
    return "".join(written)


def check_template(source: str, name: str) -> None:
    """Raise HaulError with the line where a template cannot be read as one."""
    try:
        _Bounded().from_string(source)
    except jinja2.TemplateSyntaxError as error:
        raise HaulError(f"{name}, line {error.lineno}: {error.message}", _HINT) from error


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
