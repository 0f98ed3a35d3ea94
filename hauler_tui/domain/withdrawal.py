"""How a preprint's words tell that it was withdrawn.

arXiv has no flag for it (https://info.arxiv.org/help/withdraw.html), so this is a guess.
"""

from __future__ import annotations

import re

from hauler_tui.domain.text import shorten

_WITHDRAWN = re.compile(r"\bwithdr[ae]wn\b", re.IGNORECASE)
_WITHDRAWN_ABSTRACT = re.compile(
    r"\s*(?:withdrawal statement\W*)?(?:(?:this|the) (?:paper|article|manuscript|submission|work"
    r"|preprint)(?: has been| is| was) withdrawn|(?:the authors?|we|arxiv|biorxiv|medrxiv)"
    r"(?: have| has|) (?:\w+ly |now )?withdr(?:awn|ew) (?:this|their|our|the) (?:paper|article"
    r"|manuscript|submission|work|preprint)\b)",
    re.IGNORECASE,
)
_WITHDRAWN_TITLE = re.compile(r"\s*(?:WITHDRAWN\s*[:–—-]|\[(?:WITHDRAWN|Withdrawn)\]\s*:?)\s*")
"""How bioRxiv and medRxiv begin the title of the version that withdraws a manuscript."""
_LONGEST_NOTICE = 600
"""Characters; what is longer says more than that there is nothing to read."""
_LONGEST_REASON = 300


def says_withdrawn(comment: str | None, abstract: str, title: str) -> bool:
    """Whether a comment, an abstract or a title says that the preprint was withdrawn."""
    return bool(
        (comment and _WITHDRAWN.search(comment))
        or _WITHDRAWN_ABSTRACT.match(abstract)
        or _WITHDRAWN_TITLE.match(title)
    )


def without_withdrawal(title: str) -> str:
    """The title a preprint had before the version that withdrew it."""
    return _WITHDRAWN_TITLE.sub("", title, count=1) if _WITHDRAWN_TITLE.match(title) else title


def is_notice(abstract: str | None) -> bool:
    """Whether what stands for an abstract only says that there is none any more."""
    text = abstract or ""
    return len(text) <= _LONGEST_NOTICE and _WITHDRAWN_ABSTRACT.match(text) is not None


def with_notice(comment: str | None, notice: str) -> str:
    """A comment that says of a preprint what the notice in its abstract's place says."""
    if comment and _WITHDRAWN.search(comment):
        return comment
    told = shorten(" ".join(notice.split()), _LONGEST_REASON)
    return f"{comment}; {told}" if comment else told
