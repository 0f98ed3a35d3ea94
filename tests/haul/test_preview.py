from __future__ import annotations

import pytest
from hypothesis import given

from hauler_tui.haul.preview import Block, issue_blocks, markdown_blocks
from hauler_tui.haul.spans import Span
from tests.haul.posts import fixture, patient, posts, soup, texts


def spans(markdown: str) -> tuple[Span, ...]:
    return tuple(span for block in markdown_blocks(markdown) for span in block.spans)


def shape(blocks: tuple[Block, ...]) -> list[tuple[str, str, int, str]]:
    return [
        (block.kind, "".join(span.text for span in block.spans), block.indent, block.marker)
        for block in blocks
    ]


def test_inline_markup_becomes_styles() -> None:
    assert spans("a *b* **c** `d` [e](https://example.org/e)") == (
        Span(text="a "),
        Span(text="b", style="emphasis"),
        Span(text=" "),
        Span(text="c", style="strong"),
        Span(text=" "),
        Span(text="d", style="code"),
        Span(text=" "),
        Span(text="e", style="link", link="https://example.org/e"),
    )


def test_a_bare_address_is_a_link_without_the_punctuation_after_it() -> None:
    assert spans("(see https://example.org/a_(b), then)")[1] == Span(
        text="https://example.org/a_(b)", style="link", link="https://example.org/a_(b)"
    )


def test_html_in_a_note_is_shown_as_what_it_means() -> None:
    assert shape(markdown_blocks('a<br/>\nb <b>c</b> <img src="/x/pic.png"/> <foo>')) == [
        ("paragraph", "a\nb c [image: pic.png] <foo>", 0, "")
    ]
    assert shape(markdown_blocks('<div>\n<p>a <i>b</i></p><hr><img alt="Alt" src="x"></div>')) == [
        ("paragraph", "a b", 0, ""),
        ("rule", "", 0, ""),
        ("paragraph", "[image: Alt]", 0, ""),
    ]


def test_blocks_know_their_kind_and_depth() -> None:
    markdown = "# h\n\n- a\n  - b\n\n    c\n\n3. d\n\n> q\n\n```\ncode\n```\n\n---\n"
    assert shape(markdown_blocks(markdown)) == [
        ("heading", "h", 0, ""),
        ("item", "a", 0, "•"),
        ("item", "b", 1, "•"),
        ("paragraph", "c", 2, ""),
        ("item", "d", 0, "3."),
        ("quote", "q", 0, ""),
        ("code", "code", 0, ""),
        ("rule", "", 0, ""),
    ]


def test_a_whole_issue_shows_titles_and_abstracts_of_its_cards() -> None:
    blocks = issue_blocks(fixture("river-log-7.md"))
    kinds = [block.kind for block in blocks]
    assert kinds[0] == "title"
    assert kinds.count("card-title") == 5
    assert kinds.count("card-abstract") == 3
    title = next(block for block in blocks if block.kind == "card-title").spans[0]
    assert title.text == "Braided Channels & Their Memory"
    assert title.link == "https://arxiv.org/abs/2501.00001"


@pytest.mark.parametrize(
    "markdown",
    [
        "[a](javascript:x)",
        "<a href='javascript:x'>a</a>",
        "<div><a href=' javascript:x'>a</a></div>",
    ],
)
def test_a_link_that_would_run_code_leads_nowhere(markdown: str) -> None:
    assert all(span.link is None for span in spans(markdown))


@patient
@given(texts)
def test_any_text_is_safe_to_draw(text: str) -> None:
    for span in spans(text):
        assert not set(span.text) & set("\x00\x07\x1b\x9b\u202e\u2066")


@patient
@given(soup)
def test_any_markdown_has_a_preview(text: str) -> None:
    markdown_blocks(text)


@patient
@given(posts())
def test_any_post_has_a_preview(text: str) -> None:
    issue_blocks(text)


@pytest.mark.parametrize("unit", ["[", "![[", "*a_ ", "`a``", "<a ", "- " * 15 + "a\n", "a\n"])
def test_hostile_text_is_shown_without_being_understood(unit: str) -> None:
    blocks = markdown_blocks(unit * (400_000 // len(unit)))
    assert len(blocks) == 1
