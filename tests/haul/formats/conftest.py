"""An issue whose papers are known, with everything that another form may stumble over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.haul.formats.issue import Issue, read_papers
from tests.factories import make_entry

TEXT = """---
title: Field Notes ~7
published_at: 2024-06-22T02:32:00.000Z
snippet: 2 new papers
---

An intro with a [link](/field-notes-6) & a bare address https://example.org/a_b?c=1&d=2.

## Comments

- first <script>alert(1)</script>
- second, *stressed*

## Papers

<blockquote>
    <a href="https://arxiv.org/abs/2406.05540">
    <h4>GPT &amp; the α-helix: a &lt;new> way</h4>
    <p>
About proteins…
    </p>
    </a>
</blockquote>

A note with `code` and <img src="/plot.png" onerror="alert(1)" alt="a plot"/>

> quoted words

<hr/>

<blockquote>
    <a href="https://example.org/essay">
    <h4>An essay</h4>
    </a>
</blockquote>

<br/>
<br/>
<br/>
"""

PAPER = make_entry(
    1,
    title="GPT & the $\\alpha$-helix: a <new> way of 100% {\\L}ukasz",
    link="https://arxiv.org/abs/2406.05540",
    aliases=("arxiv:2406.05540", "doi:10.1234/x_y"),
    authors=("Łukasz Müller", "ATLAS Collaboration", "Ng, A."),
    categories=("q-bio.BM", "cs.LG"),
    published=datetime(2024, 6, 9, tzinfo=UTC),
    doi="10.1234/x_y",
    journal=None,
)


@pytest.fixture
def make_issue() -> Callable[..., Issue]:
    """Makes the issue of ``TEXT``, or of another text; other fields may be changed."""

    def make(text: str = TEXT, **changes: object) -> Issue:
        def known(link: str) -> tuple[str, Entry] | None:
            return ("arxiv:2406.05540", PAPER) if "2406.05540" in link else None

        document, papers = read_papers(text, known)
        issue = Issue(
            slug="field-notes-7",
            title="Field Notes ~7",
            text=text,
            document=document,
            papers=papers,
            series="Field Notes",
            number=7,
            state="published",
            published_at=datetime(2024, 6, 22, 2, 32, tzinfo=UTC),
            snippet="2 new papers",
        )
        return replace(issue, **changes)  # type: ignore[arg-type]

    return make
