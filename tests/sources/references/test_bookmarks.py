from __future__ import annotations

from datetime import UTC, datetime

from hauler_tui.sources.references import bookmarks
from tests.factories import NOW

FILE = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file. -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1" PERSONAL_TOOLBAR_FOLDER="true">My bar</H3>
    <DL><p>
        <DT><H3>ML &amp; bio</H3>
        <DL><p>
            <DT><A HREF="https://arxiv.org/abs/2406.13121v1" ADD_DATE="1718900000" TAGS="x,y z"
            >[2406.13121] Can Long &lt;Context&gt;</A>
            <DD>Mine, with <b>words</b>.
            <DT><A HREF="javascript:alert(1)">Bookmarklet</A>
        </DL><p>
        <DT><A HREF="https://example.org/a?b=1&amp;c=2" ADD_DATE="1718900000000000">Example</A>
    </DL><p>
    <DT><H3>Other bookmarks</H3>
    <DL><p>
        <DT><A HREF="place:sort=8">Recent</A>
        <DT><A HREF="https://example.org/b">https://example.org/b</A>
    </DL><p>
</DL>
"""


def test_folders_become_tags_and_remarks_notes() -> None:
    first, second, third = bookmarks.read(FILE, now=NOW.replace(year=2027)).found
    assert first.entry.aliases == ("arxiv:2406.13121",)
    assert first.entry.title == "Can Long <Context>"
    assert first.tags == ("ML-&-bio", "x", "y-z")
    assert first.note == "Mine, with words."
    assert first.entry.published == datetime.fromtimestamp(1718900000, UTC)
    assert second.entry.link == "https://example.org/a?b=1&c=2"
    assert second.entry.published == first.entry.published
    assert (second.tags, second.note) == ((), "")
    assert (third.entry.title, third.tags) == ("", ())


def test_what_leads_to_no_page_is_left_out_by_name() -> None:
    left_out = bookmarks.read(FILE, now=NOW).left_out
    assert [(one.title, one.reason) for one in left_out] == [
        ("Bookmarklet", "javascript: leads to no page of the web"),
        ("Recent", "place: leads to no page of the web"),
    ]


def test_a_file_without_its_first_line_and_with_lists_never_closed_is_read() -> None:
    text = '<DL><p><DT><H3>A</H3><DL><DT><a href="http://e.org/1">One<DT><A HREF=http://e.org/2>Two'
    assert bookmarks.looks_like_bookmarks(text)
    found = bookmarks.read(text, now=NOW).found
    assert [(one.entry.title, one.tags) for one in found] == [("One", ("A",)), ("Two", ("A",))]


def test_a_page_of_the_web_is_no_bookmarks_file() -> None:
    assert not bookmarks.looks_like_bookmarks("<html><body><a href='https://e.org'>x</a></body>")


def test_folders_without_end_are_read() -> None:
    text = "<DL><DT><H3>x</H3>" * 20_000 + "</a" * 100_000 + '<A HREF="https://e.org/1">x</A>'
    (one,) = bookmarks.read(text, now=NOW).found
    assert one.tags == ("x",)
