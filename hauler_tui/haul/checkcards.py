"""What is wrong with a post's cards: each one as a whole, and all of them together."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from hauler_tui.domain.text import shorten, sort_key
from hauler_tui.domain.withdrawal import without_withdrawal
from hauler_tui.haul.canonical import card_title, escape
from hauler_tui.haul.checkcard import scan_card
from hauler_tui.haul.checklink import link_fault
from hauler_tui.haul.checkprose import placeholder_in_link, placeholders, scan_prose
from hauler_tui.haul.findings import Edit, Spot
from hauler_tui.haul.known import Known, KnownWork, work_of
from hauler_tui.haul.model import CardBlock

_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    {"a", "an", "and", "are", "by", "for", "from", "in", "is", "of", "on", "the", "to", "with"}
)
_NO_WORK = KnownWork()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A card and where it stands; offsets are those of the whole text."""

    block: CardBlock
    lane: int
    """Which lane, or part of one below a heading, it stands in, counted in the whole file."""
    start: int
    """Where its quote begins."""

    @property
    def name(self) -> str:
        """The card in a sentence."""
        return f"“{shorten(self.block.title or self.block.link, 60)}”"


def check_card(card: Placed, known: Known) -> Iterator[Spot]:
    """What is wrong with one card, its note apart."""
    for spot in _spots(card.block, known.works.get(card.block.link, _NO_WORK)):
        yield _moved(spot, card.start)


@lru_cache(maxsize=512)
def _spots(block: CardBlock, work: KnownWork) -> tuple[Spot, ...]:
    """What is wrong with a card, offsets from where its quote begins."""
    return tuple(_found(Placed(block=block, lane=0, start=0), work))


def _found(card: Placed, work: KnownWork) -> Iterator[Spot]:
    yield from scan_card(card.block.quote).spots
    yield from _link(card)
    yield from _words(card, work)
    if not card.block.title:
        yield Spot(code="no-title", at=card.start, message="the card has no title")
    elif _is_address(card.block.title):
        message = "the card's title is an address: write what it is called"
        yield Spot(code="no-title", at=_title_at(card), message=message)
    elif work.title and _folded(title := card_title(without_withdrawal(work.title))) not in (
        _folded(card.block.title),
        _folded(without_withdrawal(card.block.title)),
    ):
        message = f"the title known for this link is “{shorten(title, 120)}”"
        yield Spot(code="other-title", at=_title_at(card), message=message)
    elif not work.title and work.elsewhere and _is_another(work.elsewhere[1], card.block.title):
        slug, title = work.elsewhere
        message = f"{slug} calls this link “{shorten(title, 120)}”: one of the two is wrong"
        yield Spot(code="other-title", at=_title_at(card), message=message)
    if not card.block.text.strip():
        message = "the card has no note: say why it is here"
        yield Spot(code="no-note", at=card.start, message=message)
    mentioned = {mention.slug for mention in scan_prose(card.block.text).mentions}
    if work.covered and mentioned.isdisjoint(work.covered):
        newest = work.covered[-1]
        message = (
            f"{', '.join(work.covered)} covered it already: take the card out, or link to it in"
            f" the note, as in [before](/{newest})"
        )
        yield Spot(code="covered", at=card.start, message=message)
    for code, sentence in work.news:
        yield Spot(code=code, at=card.start, message=sentence)


def check_together(cards: Sequence[Placed], known: Known) -> Iterator[Spot]:
    """What is wrong with the cards among each other; two with one link are told at the second."""
    first: dict[str, Placed] = {}
    for card in cards:
        work = work_of(card.block.link)
        if not work:
            continue
        if work in first:
            message = f"{first[work].name} has this link too: give one of the two its own"
            yield Spot(code="same-link", at=_link_at(card), message=message)
        else:
            first[work] = card
    # Where a series has no abstracts, one that stands there was written by hand.
    limit = known.abstract_length
    long = [card for card in cards if limit and _is_long(card, limit)]
    with_abstract = sum(1 for card in cards if card.block.abstract)
    # A series that does not cut its abstracts is not told so at every card.
    if len(long) < 3 or len(long) * 2 <= with_abstract:
        for card in long:
            yield _long_abstract(card, limit)
    if not known.hand_ordered:
        for lane in dict.fromkeys(card.lane for card in cards):
            yield from _order([card for card in cards if card.lane == lane])


def misplaced(titles: Sequence[str]) -> tuple[int, ...]:
    """The places of the titles that stand outside the alphabetical order of the others.

    Empty ones do not count, nor those whose script has no order that their code points tell. None
    where so many do that the order is plainly the author's own.
    """
    keys = [sort_key(title) for title in titles]
    # The longest run in order, by patience sorting.
    ends: list[int] = []
    before: dict[int, int] = {}
    tails: list[str] = []
    titled = [place for place, key in enumerate(keys) if has_alphabet(key)]
    for place in titled:
        key = keys[place]
        at = bisect_right(tails, key)
        before[place] = ends[at - 1] if at else -1
        tails[at : at + 1] = [key]
        ends[at : at + 1] = [place]
    kept = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    out = tuple(place for place in titled if place not in kept)
    return out if len(out) <= max(1, len(titled) // 3) else ()


def has_alphabet(key: str) -> bool:
    """Whether a title's sort key says where it belongs."""
    if not key or not key[0].isalpha():
        return bool(key)
    return unicodedata.name(key[0], "").startswith(("LATIN", "GREEK", "CYRILLIC"))


def _order(cards: Sequence[Placed]) -> Iterator[Spot]:
    titles = [card.block.title for card in cards]
    out = misplaced(titles)
    for place in out:
        key = sort_key(titles[place])
        rest = [
            at for at in range(len(cards)) if at not in out and has_alphabet(sort_key(titles[at]))
        ]
        above = [each for each in rest if sort_key(titles[each]) <= key]
        where = f"after {cards[above[-1]].name}" if above else f"before {cards[rest[0]].name}"
        message = f"{cards[place].name} is out of alphabetical order: it belongs {where}"
        yield Spot(code="order", at=cards[place].start, message=message)


def _link(card: Placed) -> Iterator[Spot]:
    link = card.block.link
    if not link:
        yield Spot(code="no-link", at=card.start, message="the card has no link")
    elif word := placeholder_in_link(link):
        message = f"“{word}” was left in the link: write the address"
        yield Spot(code="placeholder", at=_link_at(card), message=message)
    elif fault := link_fault(link):
        code, what, better = fault
        edits: tuple[Edit, ...] = ()
        span = scan_card(card.block.quote).link
        if span and better:
            written = escape(better).replace('"', "%22")
            edits = (Edit(start=card.start + span[0], end=card.start + span[1], text=written),)
        todo = f"write {better}" if edits else "link to the page about it"
        yield Spot(code=code, at=_link_at(card), message=f"{what}: {todo}", edits=edits)


def _words(card: Placed, work: KnownWork) -> Iterator[Spot]:
    """Placeholders in the title and the abstract, but for words the work really has."""
    for stretch in scan_card(card.block.quote).stretches:
        theirs = work.title if stretch.part == "title" else work.abstract
        for spot in placeholders(card.block.quote[stretch.start : stretch.end]):
            if spot.message.split("”")[0].removeprefix("“") not in theirs:
                yield _moved(spot, card.start + stretch.start)


def _is_long(card: Placed, limit: int) -> bool:
    return len(card.block.abstract) > limit


def _long_abstract(card: Placed, limit: int) -> Spot:
    stretches = [one for one in scan_card(card.block.quote).stretches if one.part == "abstract"]
    edits: tuple[Edit, ...] = ()
    at = card.start
    if stretches:
        at += stretches[0].start
    if len(stretches) == 1:
        whole = " ".join(unescape(card.block.quote[stretches[0].start : stretches[0].end]).split())
        cut = escape(shorten(whole, limit))
        end = card.start + stretches[0].end
        edits = (Edit(start=at, end=end, text=cut),) if limit > 1 else ()
    length = len(card.block.abstract)
    message = f"the abstract of {card.name} has {length} characters, {limit} at most: cut it"
    return Spot(code="long-abstract", at=at, message=message, edits=edits)


def _moved(spot: Spot, by: int) -> Spot:
    edits = tuple(Edit(start=e.start + by, end=e.end + by, text=e.text) for e in spot.edits)
    return Spot(code=spot.code, at=spot.at + by, message=spot.message, edits=edits)


def _link_at(card: Placed) -> int:
    span = scan_card(card.block.quote).link
    return card.start + (span[0] if span else 0)


def _title_at(card: Placed) -> int:
    stretches = scan_card(card.block.quote).stretches
    return card.start + next((one.start for one in stretches if one.part == "title"), 0)


def _is_another(known: str, title: str) -> bool:
    """Whether two titles have no word in common: authors shorten and reword one title."""
    words, others = (set(_WORD.findall(one.casefold())) - _SMALL for one in (known, title))
    return bool(words and others) and words.isdisjoint(others)


def _is_address(title: str) -> bool:
    """Whether a title is nothing but an address, as of a link that nobody looked up."""
    return title.startswith(("http://", "https://")) and not any(map(str.isspace, title))


def _folded(title: str) -> str:
    """A title's letters and digits, blind to case, accents, hyphens and quotes."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(filter(str.isalnum, plain))
