"""Issues that two copies of a library went on with, once the copies are joined.

Where both published one, or one published what the other went on writing, it has to be two; and
where both began an issue of a series, it is one again, since a series has one open issue at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import LibraryError
from hauler_tui.library.care.threeway import Parted, both_texts
from hauler_tui.library.issues import Issues
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lines import Document
from hauler_tui.library.works import Documents


class Parting:
    """Gives issues a place of their own, or one place together, inside the caller's step."""

    def __init__(self, journal: Journal, issues: Issues, frozen: Documents[Haul]) -> None:
        self._journal = journal
        self._issues = issues
        self._frozen = frozen
        self._table = journal.table("hauls")

    def part(self, parted: Parted, texts: dict[int, Haul]) -> tuple[int, str]:
        """Let an issue stand beside the one it was, and return its id and a sentence on it.

        ``texts`` are those that are to be written to ``hauls.log``, by their documents. Raises
        LibraryError where the text of a published one is gone.
        """
        row = parted.row
        called = row["slug"]
        slug = self._issues.free_slug(called)
        haul_id = self._journal.next_id("hauls")
        placed: Document = {**row, "slug": slug}
        document = row.get("frozen")
        if document is not None:
            text = texts.get(document) or self._frozen.get(document)
            if text is None:
                raise LibraryError(
                    f"the text of {called} is missing from hauls.log",
                    "put hauls.log back from a backup first",
                )
            if document not in texts:
                document = placed["frozen"] = self._journal.next_id(
                    "frozen", above=max((self._frozen.highest(), *texts))
                )
            texts[document] = replace(text, slug=slug)
        self._put(haul_id, placed)
        if document is not None:
            return haul_id, (
                f"{called} was published in both copies with different texts, and the other"
                f" copy's is now {slug}"
            )
        publisher, writer = ("here", "there") if parted.is_theirs else ("there", "here")
        return haul_id, (
            f"{called} was published {publisher} while it was written on {writer}, and what was"
            f" written is now {slug}"
        )

    def gather(
        self,
        parted: Mapping[int, Parted],
        ours: Mapping[int, Document],
        base: Mapping[int, Document],
    ) -> list[str]:
        """Make the open issues of each series one, and return a sentence on each that went.

        ``parted`` are those that got an id of their own just now; ``ours`` and ``base`` are the
        rows as they were here, and when the copies parted.
        """
        by_series: dict[int, list[int]] = {}
        for haul_id, row in self._table.rows().items():
            if _is_open(row) and row.get("series_id") is not None:
                by_series.setdefault(row["series_id"], []).append(haul_id)
        told = []
        for haul_ids in by_series.values():
            here = [each for each in haul_ids if each in ours and _is_open(ours[each])]
            others = [each for each in haul_ids if each not in here]
            whole = [each for each in others if each not in parted]
            kept = (*here, *whole, *others)[0]
            for other in others:
                if other != kept:
                    told.append(self._fold(other, kept, parted.get(other), base))
        return told

    def _fold(
        self, other: int, kept: int, parted: Parted | None, base: Mapping[int, Document]
    ) -> str:
        """Put the cards and texts of one open issue into another one."""
        rows = self._table.rows()
        mine, theirs = rows[kept], rows[other]
        before = {} if parted is None else base.get(parted.haul_id, {})
        # What the issue holds that was published of it is done.
        done = {} if parted is None else rows[parted.haul_id]
        held = {card["item_id"] for card in (*mine.get("cards", ()), *done.get("cards", ()))}
        added = [card for card in theirs.get("cards", ()) if card["item_id"] not in held]
        joined = {**mine, "cards": [*mine.get("cards", ()), *added]}
        joined["lanes"] = _lanes(
            before.get("lanes", ()), mine.get("lanes", ()), theirs.get("lanes", ()), added
        )
        snippets = tuple(row.get("snippet") for row in (before, mine, theirs))
        if snippets[2] not in (None, *snippets[:2]):
            joined["snippet"] = both_texts(*snippets)[0]
        self._put(kept, joined)
        self._table.drop(other)
        self._issues.notice(frozenset({other}))
        cards = "1 card" if len(added) == 1 else f"{len(added):,} cards"
        return (
            f"two issues of one series were open, so {theirs['slug']} went into {mine['slug']}"
            f" with {cards}"
        )

    def _put(self, haul_id: int, row: Document) -> None:
        self._table.put(haul_id, row)
        self._issues.notice(frozenset({haul_id}))


def called_here(haul: Haul, series: Mapping[int, int], items: Mapping[int, int]) -> Haul:
    """An issue of another copy with the ids that its series and items have here."""
    cards = tuple(
        replace(card, item_id=items.get(card.item_id, card.item_id)) for card in haul.cards
    )
    series_id = None if haul.series_id is None else series.get(haul.series_id, haul.series_id)
    return replace(haul, cards=cards, series_id=series_id)


def is_same_issue(one: Haul, other: Haul) -> bool:
    """Whether two published issues say the same, whenever and under whatever ids."""
    return _words(one) == _words(other)


def _words(haul: Haul) -> Haul:
    lines = (haul.text or "").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("published_at:"))
    cards = tuple(replace(card, item_id=0) for card in haul.cards)
    return replace(haul, id=0, slug="", series_id=None, published_at=None, cards=cards, text=text)


def _is_open(row: Mapping[str, object]) -> bool:
    return row.get("state", "open") == "open"


def _lanes(
    before: Iterable[Document],
    mine: Iterable[Document],
    theirs: Iterable[Document],
    added: Iterable[Document],
) -> list[Document]:
    """Our lanes with what theirs say since ``before``, and theirs that we have not."""
    lanes = {lane["name"]: lane for lane in mine}
    old = {lane["name"]: lane.get("text", "") for lane in before}
    used = {card["lane"] for card in added}
    more: list[Document] = []
    for lane in theirs:
        name, text = lane["name"], lane.get("text", "")
        is_new = bool(text) and text != old.get(name, "")
        known = lanes.get(name)
        if known is None:
            if is_new or name in used:
                more.append(lane)
            continue
        joined = dict(known)
        if is_new:
            joined["text"] = both_texts(old.get(name, ""), known.get("text", ""), text)[0]
        if name in used:
            joined["holds_cards"] = True
        lanes[name] = joined
    ordered = list(lanes.values())
    place = next((at for at, lane in enumerate(ordered) if lane.get("holds_cards")), len(ordered))
    prose = [lane for lane in more if not lane.get("holds_cards")]
    cards = [lane for lane in more if lane.get("holds_cards")]
    return [*ordered[:place], *prose, *ordered[place:], *cards]
