"""The preflight of the open issue, quick enough to follow every keystroke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.domain.numbering import base_of, folded
from hauler_tui.errors import HaulError
from hauler_tui.haul.findings import Finding
from hauler_tui.haul.known import Known, KnownIssue, KnownWork
from hauler_tui.workflows.drafts import content_of, series_of
from hauler_tui.workflows.living import LivingCard, LivingDraft
from hauler_tui.workflows.surroundings import Surroundings

if TYPE_CHECKING:
    from hauler_tui.haul.model import CardContent, Document
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
    return Gathering(LivingDraft(library)).draft(issue)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What was gathered of one card, for one state of it and of the other issues."""

    card: LivingCard
    around: Surroundings
    itself: KnownIssue
    content: CardContent
    work: KnownWork


class Gathering:
    """What the checks of a living draft need, gathered again only where something changed."""

    def __init__(self, living: LivingDraft) -> None:
        self.living = living
        self._surroundings: Surroundings | None = None
        self._neighbours: tuple[KnownIssue, tuple[KnownIssue, ...]] | None = None
        self._cards: dict[int, _Gathered] = {}

    def forget_issues(self) -> None:
        """Look at the series and the other issues again: one of them changed."""
        self._surroundings = self._neighbours = None

    def draft(self, issue: Haul) -> OpenDraft:
        """What a check of an open issue needs; to be called in the thread of the library."""
        library = self.living.library
        if self._surroundings is None:
            self._surroundings = Surroundings(library, ())
        around = self._surroundings
        series = series_of(library, issue)
        pattern, number = base_of(issue.title)
        itself = around.placed(
            KnownIssue(slug=issue.slug, title=issue.title, pattern=folded(pattern), number=number)
        )
        if self._neighbours is None or self._neighbours[0] != itself:
            self._neighbours = itself, around.neighbours(itself)
        cards = [self._gathered(card, around, itself) for card in self.living.cards(issue)]
        self._cards = {one.card.card.item_id: one for one in cards}
        known = Known(
            slug=issue.slug,
            abstract_length=series.abstract_length,
            phrase=series.snippet,
            issues=self._neighbours[1],
            pattern=around.pattern(issue.title),
            number=itself.number,
            works={one.content.link: one.work for one in cards},
            is_open=True,
            is_draft=True,
            hand_ordered=issue.hand_ordered or series.order == "added",
        )
        return OpenDraft(
            series=series,
            haul=self.living.issue(issue),
            cards=tuple(one.content for one in cards),
            item_ids=tuple(one.card.card.item_id for one in cards),
            known=known,
        )

    def _gathered(self, card: LivingCard, around: Surroundings, itself: KnownIssue) -> _Gathered:
        known = self._cards.get(card.card.item_id)
        if known and known.card is card and known.around is around and known.itself == itself:
            return known
        content = content_of(card.drafted, card.text)
        since = card.note.changed_at if card.note else None
        work = around.work(card.drafted.item, itself, since, content.text)
        # The card prints what the library knows: its title cannot be another one, and a word such
        # as TODO in it is the work's own.
        title = content.title if work.title else ""
        covered = () if card.card.again else work.covered
        work = replace(work, title=title, covered=covered)
        return _Gathered(card, around, itself, content, work)


def unchecked(draft: OpenDraft, before: OpenDraft | None) -> int:
    """How many characters a draft holds that it did not hold when it was checked before."""
    known = set(map(id, before.cards)) if before else set()
    lanes = {lane.text for lane in before.haul.lanes} if before else set()
    cards = (card for card in draft.cards if id(card) not in known)
    return sum(len(card.abstract) + len(card.text) + len(card.below) for card in cards) + sum(
        len(lane.text) for lane in draft.haul.lanes if lane.text not in lanes
    )


def draft_findings(draft: OpenDraft) -> tuple[DraftFinding, ...]:
    """Check an open issue as it would be written; may run in any thread.

    In the canonical form, what did not change since is not read again; a template is run anew.
    """
    from hauler_tui.haul.compile import compile_document, in_file_order

    in_file = in_file_order(draft.series, draft.haul, draft.cards)
    document = compile_document(draft.series, draft.haul, draft.cards)
    findings = _findings(draft, document, in_file)
    if draft.series.template is not None:
        broken = [each for each in findings if each.finding.code == "read-back"]
        findings = [*_templated(draft), *broken]
    for lane in draft.haul.lanes:
        has_cards = any(card.lane == lane.name for card in draft.haul.cards)
        if not lane.text.strip() and not has_cards and lane.name:
            message = f"the lane “{lane.name}” is empty, and is left out"
            finding = Finding(code="empty-lane", message=message, lane=lane.name)
            findings.append(DraftFinding(finding=finding, item_id=None))
    return tuple(findings)


def _templated(draft: OpenDraft) -> list[DraftFinding]:
    """What is wrong in what the series' template makes of the issue, if it makes one."""
    from hauler_tui.haul.canonical import card_link
    from hauler_tui.haul.parse import parse
    from hauler_tui.workflows.compiling import Gathered, compiled

    try:
        text = compiled(Gathered(issue=draft.haul, series=draft.series, cards=draft.cards))
    except HaulError as error:
        finding = Finding(code="template", message=error.message)
        return [DraftFinding(finding=finding, item_id=None)]
    document = parse(text)
    waiting: dict[str, list[CardContent]] = {}
    for card in draft.cards:
        waiting.setdefault(card_link(card.link), []).append(card)
    in_file = [
        of_link.pop(0) if (of_link := waiting.get(block.link)) else None for block in document.cards
    ]
    return _findings(replace(draft, known=replace(draft.known, is_draft=False)), document, in_file)


def _findings(
    draft: OpenDraft, document: Document, in_file: Sequence[CardContent | None]
) -> list[DraftFinding]:
    """The findings of an issue as it is written; ``in_file`` are the cards of its blocks."""
    from hauler_tui.haul.check import check_document

    works = dict(draft.known.works)
    items = {id(card): item for card, item in zip(draft.cards, draft.item_ids, strict=True)}
    for block, card in zip(document.cards, in_file, strict=True):
        if card is not None:
            works[block.link] = works[card.link]
    return [
        DraftFinding(
            finding=finding,
            item_id=None if finding.card is None else items.get(id(in_file[finding.card])),
        )
        for finding in check_document(document, replace(draft.known, works=works))
    ]
