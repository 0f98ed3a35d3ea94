"""Three versions of an issue made one: what was written last, what is meant now, and the file.

The file is what is kept: its manner, its line breaks, its own words, with our changes put into
it. ``ours`` is what the library says now, ``base`` what it said when it wrote the file last.
"""

from __future__ import annotations

from collections.abc import Mapping

from hauler_tui.haul.markup import newline
from hauler_tui.haul.mergeanswers import Answers, Three
from hauler_tui.haul.mergefront import Fronts
from hauler_tui.haul.mergelayout import LaidLane, Layout
from hauler_tui.haul.mergeparts import Parts
from hauler_tui.haul.mergeresult import Decision, Merged, MergedCard, MergedLane, Side
from hauler_tui.haul.mergesides import Side as Version
from hauler_tui.haul.mergesides import named
from hauler_tui.haul.mergetext import line_feeds
from hauler_tui.haul.model import Document
from hauler_tui.haul.parse import parse


def merge(
    base: str,
    ours: str,
    theirs: str,
    decided: Mapping[str, Decision] | None = None,
    prefer: Side | None = None,
) -> Merged:
    """The file ``theirs`` with what changed from ``base`` to ``ours``.

    A block that both changed differently is a conflict, unless ``decided`` names it or ``prefer``
    says whose version counts. Never raises.
    """
    if line_feeds(theirs) == line_feeds(base):
        ending = newline(theirs)
        return Merged(text=ours if newline(ours) == ending else _broken(ours, ending))
    documents = parse(base), parse(ours), parse(theirs)
    versions = _named(documents)
    answers = Answers(documents[2], decided or {}, prefer)
    lanes = Parts(*versions, answers).settled()
    count = sum(len(lane.cards) for lane in lanes)
    front = Fronts(documents, answers).merged(count)
    tail = _tail(documents, answers)
    if line_feeds(ours) in (line_feeds(base), line_feeds(theirs)):
        text, matter = theirs, documents[2].front
    else:
        laid = Layout(documents[2]).lay(front, lanes, tail)
        if laid is None or any(each.is_too_large for each in documents):
            return _as_a_whole((base, ours, theirs), answers)
        text, matter = laid.text, laid.read.front
    return Merged(
        text=text,
        conflicts=tuple(sorted(answers.conflicts, key=lambda each: each.line or len(theirs))),
        from_file=frozenset(answers.from_file),
        lanes=tuple(_told(lane, versions[1]) for lane in lanes),
        values=matter.values if matter else {},
    )


def _named(documents: Three[Document]) -> Three[Version]:
    base = named(documents[0])
    return base, named(documents[1], base), named(documents[2], base)


def _as_a_whole(texts: Three[str], answers: Answers) -> Merged:
    """One side or the other of a file whose blocks cannot be put together."""
    alone = Answers(parse(texts[2]), answers.decided, answers.prefer)
    label = "the whole file, for its parts cannot be put together"
    text = alone.chosen("file", label, "file", texts, str)
    if alone.conflicts:
        return Merged(text=texts[2], conflicts=tuple(alone.conflicts))
    return merge(texts[2] if text == texts[1] else texts[1], texts[1], texts[2])


def _told(lane: LaidLane, ours: Version) -> MergedLane:
    known = ours.lanes.get(lane.key)
    return MergedLane(
        key=lane.key,
        name=lane.heading.name if lane.heading else "",
        known=None if known is None else known.heading.name if known.heading else "",
        text=lane.text,
        cards=tuple(
            MergedCard(
                key=card.key,
                link=card.quote.link,
                title=card.quote.title,
                abstract=card.quote.abstract,
                text=card.text,
                below=card.below,
                known=ours.cards[card.key].link if card.key in ours.cards else None,
            )
            for card in lane.cards
        ),
    )


def _tail(documents: Three[Document], answers: Answers) -> str:
    """The closing lines; the white space around them is the file's own."""
    base, ours, theirs = (line_feeds(each.tail) for each in documents)
    words = base.strip(), ours.strip(), theirs.strip()
    closing = answers.value("tail", "the closing lines", words, None)
    if closing == words[2]:
        return theirs
    ending = "\n" if theirs.endswith("\n") or not theirs else ""
    return f"\n\n{closing}{ending}" if closing else ending


def _broken(text: str, ending: str) -> str:
    return line_feeds(text).replace("\n", ending)
