"""Plain text."""

from __future__ import annotations

from collections.abc import Callable

from hauler_tui.haul.formats.issue import Issue
from hauler_tui.haul.formats.plaintext import WIDTH, plaintext
from tests.haul.formats.conftest import TEXT

MakeIssue = Callable[..., Issue]


def test_titles_links_lists_and_quotes_read_well_without_markup(make_issue: MakeIssue) -> None:
    text = plaintext(make_issue())
    assert text.startswith("Field Notes ~7\n==============\n\n")
    assert "a bare address\nhttps://example.org/a_b?c=1&d=2." in text
    assert "link </field-notes-6> &" in text
    assert "\nPapers\n------\n" in text
    assert "GPT & the α-helix: a <new> way\n<https://arxiv.org/abs/2406.05540>\n" in text
    assert "\n    About proteins…\n" in text
    assert "• second, stressed" in text
    assert "\n> quoted words\n" in text
    assert "* * *" in text
    assert "<blockquote>" not in text
    assert "<br/>" not in text


def test_tables_stand_in_columns_and_every_quote_has_its_sign(make_issue: MakeIssue) -> None:
    markdown = (
        "| a | long | 漢字 |\n|---|---|---|\n| 1 | **2** | x |\n| 10 | [y](/z) |\n\n"
        "> one\n>\n> > two\n>\n> - a\n>\n>   more\n>\n> ```\n> code\n> ```\n\n- b\n\n  > c"
    )
    text = plaintext(make_issue(TEXT.replace("> quoted words", markdown)))
    assert "    a   long  漢字\n    --  ----  ----\n    1   2     x\n    10  y\n" in text
    assert "\n> one\n\n> > two\n\n> • a\n>   more\n\n>     code\n" in text
    assert "\n• b\n  > c\n" in text


def test_lines_are_short_and_addresses_whole(make_issue: MakeIssue) -> None:
    address = "https://example.org/" + "long/" * 30
    text = plaintext(make_issue(TEXT.replace("quoted words", f"quoted {address} words " * 5)))
    assert f"> {address}\n" in text
    assert all(len(line) <= WIDTH for line in text.splitlines() if address not in line)


def test_a_blank_line_stands_below_a_list_and_above_a_note(make_issue: MakeIssue) -> None:
    note = "- one\n- two\n  - inner\n\nAfter the list.\n\n1. first\n\n> quoted words"
    text = plaintext(make_issue(TEXT.replace("> quoted words", note)))
    assert "• two\n  • inner\n\nAfter the list.\n\n1. first\n\n> quoted words\n" in text
    bare = TEXT.replace("</blockquote>\n\n<br/>", "</blockquote>\n\nA note.\n\n<br/>")
    assert "An essay\n<https://example.org/essay>\n\nA note.\n" in plaintext(make_issue(bare))
    assert "\n\n\n\n" not in text
