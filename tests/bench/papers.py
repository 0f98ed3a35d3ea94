"""Synthetic papers of realistic size and words, the same for the same number every time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import accumulate

from hauler_tui.domain.entry import Entry

_COMMON = """
the of and in a to we is for that on with this as by are an be from our which can it at or
these have has using between not such results show based two also method model new over both
their one data more than was were its used paper models into however study but non time under
different analysis large methods number systems system first where been present approach
problem only other each most via through some all when three there high well then while given
within without may proposed
"""
_SUBJECTS = """
learning neural graph quantum transformer diffusion bayesian sparse attention protein galaxy
causal policy gradient kernel entropy robust lattice spectral language optimal stellar
cluster magnetic field theory energy phase spin network training inference estimation
convergence algorithm optimization reinforcement latent dynamics topology entanglement
"""
_CONSONANTS = "b c d f g h k l m n p r s t v w z br ch cl cr dr fl gr pl pr sh sl sp st th tr"
_VOWELS = "a e i o u ai ea ou io"
_ENDINGS = ["", "n", "s", "r", "ing", "tion", "al", "ic", "ity", "ed"]
_MOST_WORDS = 150_000
_TEX = (
    r"$\mathcal{O}(n^{2})$",
    r"$\alpha$-stable",
    r"$\ell_1$",
    r"{\bf k}-space",
    r"$\mathbb{R}^{d}$",
    r"Poincar\'e",
    r"$\beta\to\infty$",
)
_FOREIGN = ("Schrödinger", "naïve", "Erdős", "β-sheet", "étale", "量子計算", "Größe", "ёж")
_FOREIGN_NAMES = ("José García", "Łukasz Żak", "Åsa Öhman", "李 明", "Zoë Müller", "Нина Орлова")
_CATEGORIES = ("cs.LG", "cs.CL", "stat.ML", "math.OC", "astro-ph.GA", "q-bio.PE", "quant-ph")


class Papers:
    """So many papers, each made from its number alone.

    Words follow Zipf's law over up to 150,000 of them, so that a term is as rare or frequent
    as it would be in real abstracts: "the" nearly everywhere, "galaxy" in some percent.
    """

    def __init__(self, count: int, feeds: int) -> None:
        self.count = count
        self._feeds = feeds
        self._words = _vocabulary(min(_MOST_WORDS, 5_000 + 150 * count))
        weights = list(accumulate(1 / (place + 3) for place in range(len(self._words))))
        length = min(4_000_000, 20_000 + 200 * count)
        self._stream = random.Random(1).choices(self._words, cum_weights=weights, k=length)

    def feed_of(self, number: int) -> int:
        """Which feed, counted from 0, carries a paper: some carry much more than others."""
        chance = random.Random(f"feed {number}").random()
        return int(self._feeds * chance**1.5)

    def entry(self, number: int, taken_at: datetime) -> Entry:
        """What a feed says of a paper it was asked for at ``taken_at``."""
        chance = random.Random(f"paper {number}")
        title = self._run(chance, 12)[: chance.randint(60, 100)].strip().capitalize()
        abstract = self._sentences(chance, chance.randint(750, 1450))
        authors = [self._name(chance) for _ in range(chance.randint(1, 7))]
        oddity = chance.random()
        if oddity < 0.04:
            title = f"{chance.choice(_TEX)} {title}"
            abstract = f"{abstract} Here {chance.choice(_TEX)} holds for {chance.choice(_TEX)}."
        elif oddity < 0.08:
            title = f"{title} {chance.choice(_FOREIGN)}"
            abstract = f"{chance.choice(_FOREIGN)} {abstract}"
            authors[0] = chance.choice(_FOREIGN_NAMES)
        month = f"{taken_at:%y%m}"
        doi = f"10.1234/{month}.{number:07}"
        if number % 10 == 0:
            link = f"https://journal.example.org/doi/{doi}"
            aliases: tuple[str, ...] = (f"doi:{doi}", f"feed-guid:{number % 7}:{number}")
        else:
            link = f"https://arxiv.org/abs/{month}.{number:07}"
            aliases = (f"arxiv:{month}.{number:07}",)
            if number % 4 == 0:
                aliases = (*aliases, f"doi:{doi}")
        return Entry(
            title=title,
            link=link,
            aliases=aliases,
            authors=tuple(authors),
            abstract=abstract,
            published=taken_at - timedelta(minutes=chance.randint(1, 7 * 24 * 60)),
            categories=tuple(chance.sample(_CATEGORIES, chance.randint(1, 3))),
            announce=chance.choices(("new", "cross", "replace"), (8, 2, 1))[0],
            version=chance.choices((1, 2, 3), (10, 2, 1))[0],
            doi=doi if number % 4 == 0 else None,
        )

    def note(self, number: int) -> str:
        """A note of 100 to 2,000 characters of Markdown."""
        chance = random.Random(f"note {number}")
        length = chance.randint(100, 2000)
        parts = [f"*{self._run(chance, 3)}*: {self._sentences(chance, min(length, 300))}"]
        while sum(map(len, parts)) < length - 60:
            room = min(length - sum(map(len, parts)), 400)
            start = chance.choice(("", "- ", "> ", f"See https://example.org/{number} and "))
            parts.append(start + self._sentences(chance, room))
        return "\n\n".join(parts)[:length].strip().ljust(100, ".")

    def subject(self, number: int) -> str:
        """A word to tag with, few of them often."""
        subjects = _SUBJECTS.split()
        return subjects[int(len(subjects) * random.Random(f"tag {number}").random() ** 2)]

    def _run(self, chance: random.Random, length: int) -> str:
        start = chance.randrange(len(self._stream) - length)
        return " ".join(self._stream[start : start + length])

    def _sentences(self, chance: random.Random, length: int) -> str:
        sentences: list[str] = []
        size = 0
        while size < length:
            sentence = self._run(chance, chance.randint(12, 28)).capitalize() + "."
            sentences.append(sentence)
            size += len(sentence) + 1
        return " ".join(sentences)[:length].strip()

    def _name(self, chance: random.Random) -> str:
        first, last = chance.choices(self._words[300:40_000], k=2)
        return f"{first.capitalize()} {last.capitalize()}"


def _vocabulary(size: int) -> list[str]:
    """The most frequent first: common words, then subjects among rare ones, then rare ones."""
    chance = random.Random(7)
    consonants, vowels = _CONSONANTS.split(), _VOWELS.split()
    rare: dict[str, None] = {}
    known = {*_COMMON.split(), *_SUBJECTS.split()}
    while len(rare) < size - len(known):
        length = chance.randint(2, 4)
        syllables = zip(
            chance.choices(consonants, k=length), chance.choices(vowels, k=length), strict=True
        )
        word = "".join(map("".join, syllables)) + chance.choice(_ENDINGS)
        if word not in known:
            rare[word] = None
    words = list(rare)
    head = [*_SUBJECTS.split(), *words[:160]]
    chance.shuffle(head)
    return [*_COMMON.split(), *head, *words[160:]]
