"""Generated posts that vary what the haul format lets vary, and texts to put into them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parent.parent / "fixtures" / "hauls"

patient = settings(max_examples=int(os.environ.get("HAULER_EXAMPLES", "40")), deadline=None)
"""For laws over whole posts; ``HAULER_EXAMPLES`` asks for more of them."""

LINES = (
    "plain words",
    "- item",
    "  - nested",
    "1. first",
    "> quoted",
    "**bold** and `code`",
    "",
    "",
    "   ",
    "\tindented",
    "    four",
    "https://example.org/x",
    '<img src="/a.png"/>',
    "<br/>",
    "a<br/>",
    "[a]: https://example.org",
    "[link](/river-log-6)",
    "&amp; & <",
    "| a | b |",
    "é…漢",
)
BREAKING = (
    "# one",
    "## two",
    "### three",
    "title\n---",
    "title\n===",
    "---",
    "***",
    "<hr/>",
    "<hr>",
    "```",
    "~~~",
    "<!--",
    "<pre>",
    "<script>",
    "<blockquote>",
    "</blockquote>",
    "<div>",
    "</div>",
    '<blockquote><a href="https://example.org/c"><h4>C</h4></a></blockquote>',
    "<h4>",
    "<![CDATA[",
)

texts = st.text(st.characters(codec="utf-8"), max_size=400)
soup = st.lists(st.sampled_from((*LINES, *BREAKING)), max_size=14).map("\n".join)
notes = st.lists(st.sampled_from(LINES), max_size=8).map("\n".join)
titles = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40
)
links = st.integers(0, 10**6).map(lambda n: f"https://example.org/papers/{n}")
HOSTS = (
    "https://arxiv.org/abs/2310.12962",
    "http://arxiv.org/pdf/2310.12962v3.pdf",
    "https://www.biorxiv.org/content/10.1101/2023.10.10.561776v1.full",
    "https://www.medrxiv.org/content/10.1101/2023.01.01.23284101v1",
    "https://www.researchgate.net/publication/374_Words",
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC10500000/",
    "https://www.nature.com/articles/s41586-023-06668-3?utm_source=x&amp;y=1",
    "https://github.com/example/code#readme",
    "https://huggingface.co/papers/2310.12962",
    "https://openreview.net/forum?id=abc_DEF",
    "https://forum.example.org/t/1?a=1&b=2",
    "/ml-arxiv-24",
    "",
)
FRONTS = (
    "",
    "---\ntitle: A ~3\n---\n",
    "---\ntitle: ML Arxiv Haul ~26\npublished_at: 2023-11-10T16:45:00.000Z\n"
    "snippet: 17 new mostly-ML papers\ntags: arxiv,bio\n---\n",
    '---\ntitle: "A: b #4"\npublished_at: 2023-11-10\ntags: [arxiv, bio]\n---\n',
    "---\ntitle: >-\n  folded\n  title\ntags:\n  - a\n  - b\nauthor: {name: x}\n---\n",
    "---\n# a comment\ntitle: 'It''s'\nunknown-key: ~\n\ndraft: false\n...\n",
    "--- \ntitle: A\n---\t\n",
    "---\n---\n",
    "---\ntitle: [\n---\n",
    "---\nx\n---\n",
    "---\ntitle: a\ntitle: b\n---\n",
    "---\ntitle: never closed\n",
    "+++\ntitle = 'TOML'\n+++\n",
)
LANE_HEADINGS = (
    "\n## Lane\n\n",
    "\n## Comments / Criticism\n\n",
    "\n## Chat-O.M.G.\n",
    "\n### Small\n",
    "\n# Large\n\n",
    "\nLane\n----\n",
    "\n## Closed ##\n\n",
    "\n##\n",
    "\n\n",
)
BETWEEN = ("\n<hr/>\n\n", "\n<hr/>\n", "\n<hr>\n\n", "\n---\n\n", "\n\n", "", "\n\n<HR />\n\n\n")
ASIDE = "<hr/>\n\n**A bold title**\n\nProse between two rules.\n\n"
TAILS = (
    "",
    "\n",
    "\n\n<br/>\n<br/>\n<br/>\n",
    "\n\n<br/>\n<br/>\n<br/>",
    "\n\n<br>",
    "\n\n<br />\n\n<br/>\n \n",
    "\n\n\n",
    "\n \t",
)


@st.composite
def card_html(draw: st.DrawFn) -> str:
    """A card in one of the shapes the format page lists."""
    indent = draw(st.sampled_from(("    ", "", "\t")))
    abstract = draw(
        st.sampled_from(
            (
                "",
                "<p>One line.</p>",
                "<p>\nWords &amp; words…\n    </p>",
                "<p>open",
                f"<p>\n{'An abstract that was never cut. ' * 20}\n</p>",
                "<p>First.</p>\n\n<p>p &lt; 0.05 & more</p>",
            )
        )
    )
    gap = draw(st.sampled_from(("", "\n", "\n\n")))
    link = draw(st.one_of(links, st.sampled_from(HOSTS)))
    body = [f'<a href="{link}">', f"<h4>{gap}Title {draw(st.integers(0, 99))}</h4>"]
    rows = [*body, *([abstract] if abstract else []), "</a>"]
    return "\n".join(["<blockquote>", *(indent + row for row in rows), "</blockquote>"])


@st.composite
def posts(draw: st.DrawFn) -> str:
    """A whole post: any front matter, lanes, cards, other blocks, tail and line breaks."""
    parts = [draw(st.sampled_from(FRONTS)), draw(st.one_of(st.just(""), notes))]
    for _ in range(draw(st.integers(0, 3))):
        parts.append(draw(st.sampled_from(LANE_HEADINGS)))
        parts.append(draw(st.one_of(st.just(""), notes.map("{}\n\n".format))))
        for _ in range(draw(st.integers(0, 3))):
            parts.append(draw(st.sampled_from(BETWEEN)))
            parts.append(draw(st.one_of(card_html(), card_html(), soup, st.just(ASIDE))))
            parts.append(draw(st.sampled_from(("\n\n", "\n", ""))))
            parts.append(draw(st.one_of(notes, soup)))
    parts.append(draw(st.sampled_from(TAILS)))
    post = draw(broken("".join(parts)))
    return draw(st.sampled_from(("", "\ufeff"))) + post


@st.composite
def broken(draw: st.DrawFn, text: str) -> str:
    """The text with line breaks of one kind, or of several."""
    ending = draw(st.sampled_from(("\n", "\r\n", "\r", "mixed")))
    if ending != "mixed":
        return text.replace("\n", ending)
    count = text.count("\n")
    endings = st.lists(st.sampled_from(("\n", "\r\n", "\r")), min_size=count, max_size=count)
    lines = text.split("\n")
    return "".join(map("".join, zip(lines, (*draw(endings), ""), strict=True)))


def fixture(name: str) -> str:
    """A post of ``tests/fixtures/hauls``, its line breaks untouched."""
    return (FIXTURES / name).read_bytes().decode()


def example(name: str) -> str:
    """A published post from the shared folder; the test is skipped where there is none."""
    shared = os.environ.get("HAULER_SHARED") or Path(__file__).parents[3] / "shared"
    path = Path(shared) / "examples" / name
    if not path.exists():
        pytest.skip(f"no example posts at {path.parent}")
    return path.read_bytes().decode()
