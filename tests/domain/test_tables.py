"""Tables that people paste are read by their cells, and commas of addresses stay theirs."""

from __future__ import annotations

import time

import pytest

from hauler_tui.domain.pasted import find_links, named_links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "title,url,time_added,tags,status\n"
            "A Pocket title,https://example.org/pocket1,1510000000,,unread\n"
            '"Two, three",https://example.org/pocket2,1510000001,a|b,archive\n',
            [
                ("https://example.org/pocket1", "A Pocket title"),
                ("https://example.org/pocket2", "Two, three"),
            ],
        ),
        (
            "URL,Title,Selection,Folder,Timestamp\r\n"
            "https://example.org/insta1,An Instapaper Title,,Unread,1510000000\r\n",
            [("https://example.org/insta1", "An Instapaper Title")],
        ),
        (
            "title;url;year\nSemi two;https://doi.org/10.1038/s41586-020-2649-2;2020",
            [("https://doi.org/10.1038/s41586-020-2649-2", "Semi two")],
        ),
        (
            '"Key","Title","Publication Title","DOI"\n"K1","On X","Nature","10.1101/857789"',
            [("https://doi.org/10.1101/857789", "On X")],
        ),
        ("Name\tLink\nOn X\thttps://a.org/x", [("https://a.org/x", "On X")]),
        ('title,url\nOn X,"https://a.org/x,y"', [("https://a.org/x,y", "On X")]),
    ],
)
def test_a_table_with_names_of_columns_gives_its_links_and_titles(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert [(one.link, one.title) for one in named_links(text)] == found


@pytest.mark.parametrize(
    ("row", "link"),
    [
        ("A title,https://example.org/p1,1510000000,,unread", "https://example.org/p1"),
        ("A title,https://example.org/p,q,1510000000,,unread", "https://example.org/p,q"),
        ("https://example.org/i1,An Instapaper Title,,Unread,1510000000", "https://example.org/i1"),
        ("Two;https://doi.org/10.1038/s41586-020-2649-2;2020", "https://doi.org/10.1038/s41586-020-2649-2"),
    ],
)  # fmt: skip
def test_a_row_without_names_of_columns_ends_an_address_where_that_is_sure(
    row: str, link: str
) -> None:
    assert find_links(row) == (link,)


@pytest.mark.parametrize(
    "link",
    ["https://a.org/a,b", "https://a.org/politik/0,1518,123456,00.html", "https://a.org/0,,1234,00.html",
     "https://a.org/a;b=1;c", "https://doi.org/10.1890/0012-9658(2006)87[1465:ATTMLA]2.0.CO;2",
     "https://a.org/@52.1,13.4,15z/x"],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ["{}", "see {}, or not", "{} is nice,\nand", "{} is, well,, good", "title, url\n{}"]
)
def test_commas_and_semicolons_of_an_address_stay_its_own(link: str, around: str) -> None:
    assert find_links(around.format(link)) == (link,)


@pytest.mark.parametrize(
    "hostile", ['"' * 90_000, "url,a\n" * 40_000, "," * 200_000, "a,,\n" * 40_000]
)
def test_hostile_tables_are_searched_in_no_time(hostile: str) -> None:
    begun = time.process_time()
    find_links(hostile)
    assert time.process_time() - begun < 3
