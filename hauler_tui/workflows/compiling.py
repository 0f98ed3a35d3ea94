"""An issue as the text that is handed out: compiled, and read again before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError, UnreadableError
from hauler_tui.workflows.drafts import card_contents, series_of, texts_not_read_back
from hauler_tui.workflows.posts import read_text

if TYPE_CHECKING:
    from hauler_tui.haul.model import CardContent
    from hauler_tui.library.library import Library

_NO_TEMPLATE = "“hauler series edit ID --template ''” writes it without a template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that an issue is compiled from, read from the library at one moment."""

    issue: Haul
    series: Series
    cards: tuple[CardContent, ...]
    """In order; none of an issue that owns its file's text."""


def gather(library: Library, issue: Haul) -> Gathered:
    """What an issue is compiled from; to be called in the thread of the library."""
    cards = card_contents(library, issue) if issue.text is None else ()
    return Gathered(issue=issue, series=series_of(library, issue), cards=cards)


def issue_text(library: Library, issue: Haul) -> str:
    """An issue as Markdown: a published one character for character, an open one compiled.

    Raises HaulError where the series' template fails, or makes something that is no issue.
    """
    return compiled(gather(library, issue))


def compiled(gathered: Gathered) -> str:
    """``issue_text`` of what was gathered; may run in any thread. Raises HaulError as it does."""
    issue, series, cards = gathered.issue, gathered.series, gathered.cards
    if issue.text is not None:
        return issue.text
    from hauler_tui.haul.compile import compile_issue
    from hauler_tui.haul.parse import parse
    from hauler_tui.haul.verify import flaws

    if series.template is not None:
        text = _by_template(Path(series.template).expanduser(), series, issue, cards)
        maker = series.template
    else:
        text = compile_issue(series, issue, cards)
        maker = "the compiler"
    found = next(flaws(parse(text), cards), None)
    # What a note does to the cards around it is a finding, told where the issue is shown.
    if found is not None and not texts_not_read_back(issue, cards):
        raise HaulError(f"what {maker} makes of {issue.slug} is no issue: {found}", _NO_TEMPLATE)
    return text


def refuse_no_text(issue: Haul, text: str) -> None:
    """Raise HaulError for an open issue that holds a NUL byte: its file could not be read back."""
    if issue.state == "open" and "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise HaulError(
            f"{issue.slug} would be no text: a NUL byte in line {line}",
            f"“hauler check {issue.slug}” names the note or lane; write it anew without it",
        )


def check_template(path: Path) -> None:
    """Raise HaulError where a file cannot be read, or is no template."""
    from hauler_tui.haul.template import check_template as check

    check(_template_in(path), str(path))


def _by_template(path: Path, series: Series, issue: Haul, cards: Sequence[CardContent]) -> str:
    from hauler_tui.haul.template import render_template

    return render_template(_template_in(path), str(path), series, issue, cards)


def _template_in(path: Path) -> str:
    try:
        return read_text(path)
    except UnreadableError as error:
        raise HaulError(f"the template {path} cannot be read: {error.message}") from error
