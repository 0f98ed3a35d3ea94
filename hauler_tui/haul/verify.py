"""Whether a compiled issue is read back as the issue it was compiled from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from hauler_tui.domain.text import shorten
from hauler_tui.haul import canonical
from hauler_tui.haul.cardhtml import run
from hauler_tui.haul.model import CardBlock, CardContent, Document

_WHOLE = 1_000_000
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def flaws(document: Document, cards: Sequence[CardContent]) -> Iterator[str]:
    """Sentences on what is wrong in a text that was written of ``cards``; none when it is right.

    The front matter is YAML; every card is there once as one HTML block with one link and one
    heading; no abstract is cut inside a word, an entity, a grapheme or a formula.
    """
    if document.front is not None and document.front.problem:
        yield f"its front matter cannot be read: {document.front.problem}"
    wanted = Counter(_named(card) for card in cards)
    printed = Counter((card.link, card.title) for card in document.cards)
    for link, title in wanted - printed:
        yield f"the card of “{title[:60]}” ({link}) is not read back from it"
    for link, title in printed - wanted:
        yield f"a card of “{title[:60]}” ({link}) is in it that the issue does not have"
    abstracts = {_named(card): card.abstract for card in cards}
    for block in document.cards:
        yield from _flaws_of(block, abstracts.get((block.link, block.title)))


def _named(card: CardContent) -> tuple[str, str]:
    title = canonical.card_title(card.title) or canonical.card_title(card.link)
    return canonical.card_link(card.link), title


def _flaws_of(block: CardBlock, abstract: str | None) -> Iterator[str]:
    name = f"the card of “{block.title[:60]}”"
    if not block.is_closed:
        yield f"{name} has no </blockquote>"
    counted = _Counter()
    run(counted, block.quote)
    if (counted.links, counted.headings) != (1, 1):
        yield f"{name} has {counted.links} links and {counted.headings} headings, not one of each"
    if abstract is None or not block.abstract:
        return
    whole = canonical.card_abstract(abstract, _WHOLE)
    if block.abstract not in (whole, shorten(whole, len(block.abstract))):
        yield f"the abstract in {name} is cut in a wrong place, or is not its abstract"


class _Counter(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links = 0
        self.headings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += tag == "a"
        self.headings += tag in _HEADINGS
