"""Addresses in pages, code, mails and AsciiDoc are those that a person would open."""

from __future__ import annotations

import pytest

from hauler_tui.domain.pasted import find_links, named_links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("'https://a.org/x'… and", ["https://a.org/x"]),
        ("{'u':'https://a.org/x','b':1}", ["https://a.org/x"]),
        ("'https://a.org/o'reilly'", ["https://a.org/o'reilly"]),
        ("arxiv.org/abs/2406.\n>> 13121", ["https://arxiv.org/abs/2406.13121"]),
        ("> https://arxiv.org/pdf/\r\n> 2406.13121v2", ["https://arxiv.org/pdf/2406.13121v2"]),
        ("https://arxiv.org/abs/2406.13121\n13122", ["https://arxiv.org/abs/2406.13121"]),
    ],
)
def test_quotes_and_line_ends_are_no_part_of_an_address(text: str, links: list[str]) -> None:
    assert list(find_links(text)) == links


def test_what_a_page_is_made_of_is_none_of_its_links() -> None:
    text = """<head><base href="https://a.org/"><link rel="stylesheet" href="https://a.org/s.css">
<link href=https://a.org/i.ico rel='shortcut icon'><script async src="https://a.org/s.js"></script>
<link rel="canonical" href="https://a.org/page"></head><a href="https://a.org/x">On X</a>
<entry><link rel="alternate" href="https://a.org/post"/><link>https://a.org/item</link></entry>"""
    assert find_links(text) == (
        "https://a.org/page",
        "https://a.org/x",
        "https://a.org/post",
        "https://a.org/item",
    )


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("QLoRA^", "QLoRA"),
        ("On X,window=_blank", "On X"),
        ('"On X, and Y",role="a,b",opts=nofollow', "On X, and Y"),
        ("On X, and a=b", "On X, and a=b"),
    ],
)
def test_what_asciidoc_adds_to_the_words_of_a_link_is_no_title(label: str, title: str) -> None:
    (found,) = named_links(f"https://a.org/x[{label}]")
    assert (found.link, found.title) == ("https://a.org/x", title)
