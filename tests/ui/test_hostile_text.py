"""Text from outside, through every pane: it is shown, and nothing else happens."""

from __future__ import annotations

import unicodedata

import pytest

from hauler_tui.domain.text import clean_line
from hauler_tui.library.library import Library
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.workflows.publish import compile_text
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader

NASTY = {
    "a closing tag": "before [/foo] after",
    "an action": "[@click=app.quit()]press me[/]",
    "a style": "[bold red]loud[/bold red] [link=file:///etc/passwd]x[/link]",
    "escapes": "\x1b[2J\x1b]0;title\x07 \x9b31m \x90q",
    "bidi controls": "abc\u202edef\u202c \u2066x\u2069",
    "nothing": "\x00\x00",
    "line feeds": "one\ntwo\r\nthree\u2028four\x0bfive",
    "a very long title": "long " * 120,
    "a word without end": "x" * 700,
    "wide letters": "漢字かな交じり文" * 20,
    "emoji": "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 e\u0301" + "\u0301" * 40,
    "right to left": "שלום עולם مرحبا",
    "markup of the web": "<script>alert(1)</script> &amp;lt; <b>bold</b>",
}


def obeyed(text: str) -> set[str]:
    """The characters that a terminal would not draw but obey."""
    bidi = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    controls = {letter for letter in text if unicodedata.category(letter) == "Cc"}
    return (controls - {"\n"}) | (bidi & set(text))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY.keys())
async def test_hostile_text_is_shown_as_text_in_every_pane(
    open_reader: OpenReader, library: Library, nasty: str, size: tuple[int, int]
) -> None:
    entry = make_entry(
        9,
        title=clean_line(nasty),
        authors=(clean_line(nasty),),
        abstract=nasty,
        comment=nasty,
        categories=(nasty,),
    )
    (item,) = library.items.absorb([entry], feed_id=1, at=NOW).new
    library.feeds.edit(1, title=nasty, at=NOW)
    library.notes.write(item, nasty, NOW)
    library.triage.star(item, NOW)
    issue = library.hauls.open_issue()
    assert issue is not None
    library.hauls.write_lane(issue.slug, issue.lanes[0].name, nasty, NOW)
    async with open_reader(size=size) as reader:
        for keys in (("1",), ("2",), ("3",), ("P",), ("escape",), ("2", "e"), ("escape",)):
            await reader.press(*keys)
            shown = reader.shown()
            assert obeyed(shown) == set()
            assert reader.pilot.app.is_running
            widths = {strip.cell_length for strip in reader.strips()}
            assert widths == {size[0]}
        note = library.notes.get(item)
        assert note is not None
        assert note.text == nasty


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY.keys())
def test_hostile_text_reaches_the_file_as_text(library: Library, nasty: str) -> None:
    entry = make_entry(9, title=clean_line(nasty), abstract=nasty)
    (item,) = library.items.absorb([entry], feed_id=1, at=NOW).new
    library.triage.star(item, NOW)
    text = compile_text(library, "haul-1")
    card = text[text.index("<blockquote>") : text.index("</blockquote>")]
    assert "<script>" not in card
    assert "\n\n" not in card
    assert obeyed(card) == set()


def test_what_a_feed_says_is_clean_at_the_door() -> None:
    body = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>&#27;[31mx</title><item>'
        b"<title>a [/foo] &#x202e;b</title><link>https://example.org/1</link>"
        b"</item></channel></rss>"
    )
    parsed = parse_feed(
        body, url="https://example.org/feed", content_type="text/xml", feed_id=1, now=NOW
    )
    assert parsed.entries[0].title == "a [/foo] b"
    assert parsed.title.isprintable()
