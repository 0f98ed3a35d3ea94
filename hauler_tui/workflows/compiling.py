"""An issue as the text that is handed out: compiled, and read again before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError, UnreadableError
from hauler_tui.workflows.drafts import card_contents, not_read_back, series_of
from hauler_tui.workflows.posts import read_text

if TYPE_CHECKING:
    from hauler_tui.haul.model import CardContent
    from hauler_tui.library.library import Library

_NO_TEMPLATE = "“hauler series edit ID --template ''” writes it without a template"


def issue_text(library: Library, issue: Haul) -> str:
    """An issue as Markdown: a published one character for character, an open one compiled.

    Raises HaulError where the series' template fails, or makes something that is no issue.
    """
    if issue.text is not None:
        return issue.text
    from hauler_tui.haul.compile import compile_issue
    from hauler_tui.haul.parse import parse
    from hauler_tui.haul.verify import flaws

    series, cards = series_of(library, issue), card_contents(library, issue)
    if series.template is not None:
        text = _by_template(Path(series.template).expanduser(), series, issue, cards)
        maker = series.template
    else:
        text = compile_issue(series, issue, cards)
        maker = "the compiler"
    found = next(flaws(parse(text), cards), None)
    # What a note does to the cards around it is a finding, told where the issue is shown.
    if found is not None and not not_read_back(library, library.hauls.get(issue.slug)):
        raise HaulError(f"what {maker} makes of {issue.slug} is no issue: {found}", _NO_TEMPLATE)
    return text


def _by_template(path: Path, series: Series, issue: Haul, cards: Sequence[CardContent]) -> str:
    from hauler_tui.haul.template import render_template

    try:
        source = read_text(path)
    except UnreadableError as error:
        raise HaulError(f"the template {path} cannot be read: {error.message}") from error
    return render_template(source, str(path), series, issue, cards)
