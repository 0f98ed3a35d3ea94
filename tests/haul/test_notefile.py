from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul.notefile import read


def notes(text: str, name: str = "My file") -> list[tuple[str, str, str]]:
    """Title, key and note of each work."""
    found = read(text, name=name).found
    return [(one.entry.title, one.entry.aliases[0], one.note) for one in found]


def test_front_matter_that_names_a_work_makes_the_file_its_note() -> None:
    text = (
        "---\ntitle: Long contexts\narxiv: 2406.13121\ntags: [a, '#b']\ndate: 2024-05-06\n---\n"
        "# Long contexts\n\nI liked it.\n\n- [see](https://e.org/z)\n"
    )
    (one,) = read(text, name="x").found
    assert (one.entry.title, one.entry.link) == (
        "Long contexts",
        "https://arxiv.org/abs/2406.13121",
    )
    assert one.note == "I liked it.\n\n- [see](https://e.org/z)"
    assert one.tags == ("a", "b")
    assert one.entry.published == datetime(2024, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("url: https://e.org/x", "url:https://e.org/x"),
        ("doi: 10.1000/abc", "doi:10.1000/abc"),
        ("DOI: https://doi.org/10.1000/abc", "doi:10.1000/abc"),
        ("arxiv: arXiv:2406.13121v2", "arxiv:2406.13121"),
        ("source: [https://e.org/x]", "url:https://e.org/x"),
        ("pmid: 123", "pmid:123"),
    ],
)
def test_front_matter_names_a_work_by_a_link_or_an_identifier(line: str, key: str) -> None:
    assert notes(f"---\n{line}\ntags: x y\n---\nMine.\n") == [("My file", key, "Mine.")]


@pytest.mark.parametrize(
    "text",
    [
        "# Attention\n\nhttps://arxiv.org/abs/1706.03762\n\nMine, see https://e.org/x.\n",
        "# Attention\n<https://arxiv.org/abs/1706.03762>\nMine, see https://e.org/x.\n",
        "# Attention\n\n**Paper:** [the PDF](https://arxiv.org/pdf/1706.03762v5)\n\nMine, see"
        " https://e.org/x.\n",
        "# Attention\n\narXiv: 1706.03762\n\nMine, see https://e.org/x.\n",
        "\n# [Attention](https://arxiv.org/abs/1706.03762)\n\nMine, see https://e.org/x.\n",
        "[Attention](https://arxiv.org/abs/1706.03762)\n\nMine, see https e org.\n",
    ],
)
def test_a_link_alone_under_the_title_makes_the_file_its_note(text: str) -> None:
    ((title, key, note),) = notes(text)
    assert (title, key) == ("Attention", "arxiv:1706.03762")
    assert note.startswith("Mine, see")


def test_the_only_heading_names_the_only_work_below_it() -> None:
    (one,) = read("# On Beetles\n\nSee https://a.example/b for all.\n", name="n").found
    assert (one.entry.title, one.note) == ("On Beetles", "See https://a.example/b for all.")
    (one,) = read("# Monday\n\n## Morning\n\nSee https://a.example/b.\n", name="n").found
    assert one.entry.title == ""


def test_a_file_named_after_a_day_gives_no_title() -> None:
    assert notes("https://e.org/x\n\nMine.\n", name="2024-05-06") == [
        ("", "url:https://e.org/x", "Mine.")
    ]


def test_a_list_gives_each_link_its_own_remark() -> None:
    text = (
        "# Queue\n\n- [A](https://a.org/1) — good\n  and more\n\n  a paragraph\n"
        "  - a point\n  - 2406.13121 hm\n- [ ] https://b.org/2 to do\n- no link\n"
        "1. **[C](https://c.org/3)**: bold\n2. Compare [D](https://d.org/4) with"
        " [E](https://e.org/5)\n"
    )
    assert notes(text) == [
        ("A", "url:https://a.org/1", "good\nand more\n\na paragraph\n- a point"),
        ("", "arxiv:2406.13121", "hm"),
        ("", "url:https://b.org/2", "to do"),
        ("C", "url:https://c.org/3", "bold"),
        (
            "D",
            "url:https://d.org/4",
            "Compare [D](https://d.org/4) with [E](https://e.org/5)",
        ),
        ("E", "url:https://e.org/5", ""),
    ]


def test_lines_and_tables_of_links_are_told_apart() -> None:
    text = (
        "https://a.org/1 one\nhttps://a.org/2 two\n\n"
        "| what | why |\n|---|---|\n| [B](https://b.org/1) | three |\n| <https://b.org/2> | |\n"
    )
    assert notes(text) == [
        ("", "url:https://a.org/1", "one"),
        ("", "url:https://a.org/2", "two"),
        ("B", "url:https://b.org/1", "three"),
        ("", "url:https://b.org/2", ""),
    ]


def test_what_follows_a_link_that_stands_alone_is_its_remark() -> None:
    text = (
        "Intro.\n\n## [A](https://a.org/1)\n\nFirst.\n\n- point\n\nhttps://b.org/2\n\nSecond.\n\n"
        "## Other\n\nNot about it.\n"
    )
    assert notes(text) == [
        ("A", "url:https://a.org/1", "First.\n\n- point"),
        ("", "url:https://b.org/2", "Second."),
    ]


def test_links_in_code_and_links_to_files_are_none() -> None:
    text = "```\nhttps://e.org/code\n```\n\n    https://e.org/indented\n\n[a](b.md) ![c](d.png)\n"
    read_back = read(text, name="Code")
    assert read_back.found == ()
    assert [(one.title, one.reason) for one in read_back.left_out] == [("Code", "it has no link")]


def test_a_huge_file_still_gives_its_links() -> None:
    text = "> " * 400 + "x\n" + "> text\n" * 3_000 + "https://e.org/x remark\n"
    read_back = read(text, name="x")
    assert [one.entry.link for one in read_back.found] == ["https://e.org/x"]
    assert read_back.warnings


@given(st.text(st.sampled_from("[]()#-*>|` \n\t1.xhttps://e.org/a"), max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    for one in read(text, name="x").found:
        assert one.entry.aliases
        assert one.entry.link
