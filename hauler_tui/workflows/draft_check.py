"""The preflight of the open issue, quick enough to follow every keystroke."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.haul.findings import Finding
from hauler_tui.haul.intake import split_number
from hauler_tui.haul.known import Known, KnownIssue, folded
from hauler_tui.workflows.drafts import content_of, drafted_cards, series_of
from hauler_tui.workflows.surroundings import Surroundings

if TYPE_CHECKING:
    from hauler_tui.haul.model import CardContent
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """An open issue with what a check of it needs, gathered in the library's own thread."""

    series: Series
    haul: Haul
    cards: tuple[CardContent, ...]
    item_ids: tuple[int, ...]
    """The items of the cards, in the same order."""
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFinding:
    """A finding in an open issue, and the item whose card it is about."""

    finding: Finding
    item_id: int | None


def open_draft(library: Library, issue: Haul) -> OpenDraft:
    """What a check of an open issue needs; to be called in the thread of the library."""
    series = series_of(library, issue)
    drafted = drafted_cards(library, issue)
    surroundings = Surroundings(library, ())
    pattern, number = split_number(issue.title)
    itself = KnownIssue(slug=issue.slug, pattern=folded(pattern), number=number)
    contents, works = [], {}
    for one in drafted:
        note = library.notes.get(one.card.item_id)
        content = content_of(one, note)
        contents.append(content)
        since = note.changed_at if note else None
        # The card prints what the library knows: its title cannot be another one.
        work = surroundings.work(one.item, itself, since, content.text)
        works[content.link] = replace(work, title="")
    known = Known(
        slug=issue.slug,
        abstract_length=series.abstract_length,
        phrase=series.snippet,
        issues=surroundings.others(itself),
        works=works,
        is_open=True,
        is_draft=True,
        hand_ordered=issue.hand_ordered or series.order == "added",
    )
    return OpenDraft(
        series=series,
        haul=issue,
        cards=tuple(contents),
        item_ids=tuple(one.card.item_id for one in drafted),
        known=known,
    )


def draft_findings(draft: OpenDraft) -> tuple[DraftFinding, ...]:
    """Check an open issue; may run in any thread. What did not change since is not read again."""
    from hauler_tui.haul.check import check_document
    from hauler_tui.haul.compile import compile_document, in_file_order

    document = compile_document(draft.series, draft.haul, draft.cards)
    known = draft.known
    works = dict(known.works)
    items = {id(card): item for card, item in zip(draft.cards, draft.item_ids, strict=True)}
    in_file = in_file_order(draft.series, draft.haul, draft.cards)
    for block, card in zip(document.cards, in_file, strict=True):
        works[block.link] = works[card.link]
    findings = [
        DraftFinding(
            finding=finding,
            item_id=None if finding.card is None else items[id(in_file[finding.card])],
        )
        for finding in check_document(document, replace(known, works=works))
    ]
    for lane in draft.haul.lanes:
        has_cards = any(card.lane == lane.name for card in draft.haul.cards)
        if not lane.text.strip() and not has_cards and lane.name:
            message = f"the lane “{lane.name}” is empty, and is left out"
            finding = Finding(code="empty-lane", message=message, lane=lane.name)
            findings.append(DraftFinding(finding=finding, item_id=None))
    return tuple(findings)
