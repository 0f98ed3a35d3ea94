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


@st.composite
def card_html(draw: st.DrawFn) -> str:
    """A card in one of the shapes the format page lists."""
    indent = draw(st.sampled_from(("    ", "", "\t")))
    abstract = draw(
        st.sampled_from(("", "<p>One line.</p>", "<p>\nWords &amp; words…\n    </p>", "<p>open"))
    )
    gap = draw(st.sampled_from(("", "\n", "\n\n")))
    body = [f'<a href="{draw(links)}">', f"<h4>{gap}Title {draw(st.integers(0, 99))}</h4>"]
    rows = [*body, *([abstract] if abstract else []), "</a>"]
    return "\n".join(["<blockquote>", *(indent + row for row in rows), "</blockquote>"])


@st.composite
def posts(draw: st.DrawFn) -> str:
    """A whole post: any front matter, lanes, cards, other blocks, tail and line breaks."""
    parts = [
        draw(
            st.sampled_from(
                (
                    "",
                    "---\ntitle: A ~3\n---\n",
                    "---\n---\n",
                    "---\ntitle: [\n---\n",
                    "---\nx\n---\n",
                )
            )
        )
    ]
    parts.append(draw(st.one_of(st.just(""), notes)))
    for _ in range(draw(st.integers(0, 3))):
        parts.append(
            draw(st.sampled_from(("\n## Lane\n\n", "\n### Small\n", "\nLane\n----\n", "\n\n")))
        )
        for _ in range(draw(st.integers(0, 3))):
            parts.append(
                draw(st.sampled_from(("\n<hr/>\n\n", "\n<hr/>\n", "\n---\n\n", "\n\n", "")))
            )
            parts.append(draw(st.one_of(card_html(), soup)))
            parts.append(draw(st.sampled_from(("\n\n", "\n", ""))))
            parts.append(draw(st.one_of(notes, soup)))
    parts.append(
        draw(st.sampled_from(("", "\n", "\n\n<br/>\n<br/>\n<br/>\n", "\n\n<br>", "\n\n\n")))
    )
    post = "".join(parts)
    mark = draw(st.sampled_from(("", "\ufeff")))
    return mark + post.replace("\n", draw(st.sampled_from(("\n", "\r\n", "\r"))))


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
