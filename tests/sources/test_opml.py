"""Lists of feeds: OPML as it should be, OPML as it is, and plain lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hauler_tui.domain.text import clean_line
from hauler_tui.errors import SourceError
from hauler_tui.sources.opml import Outline, read, write
from tests.factories import NOW


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><body>{body}</body></opml>'.encode()


def feed(name: str, more: str = "") -> str:
    return f'<outline text="{name}" xmlUrl="https://{name}.example/feed" {more}/>'


def test_every_folder_of_a_path_is_a_tag_of_the_feeds_below_it() -> None:
    outlines = read(
        opml(
            f'<outline text="Science"><outline text="Beetles">{feed("a")}</outline>{feed("b")}'
            f"</outline>{feed('c')}"
        )
    )
    assert [(one.title, one.tags) for one in outlines] == [
        ("a", ("Science", "Beetles")),
        ("b", ("Science",)),
        ("c", ()),
    ]


def test_categories_are_tags_after_the_folders_and_each_once() -> None:
    (one,) = read(
        opml(f'<outline text="x">{feed("a", """category="/x/y, z,100%2C5%2Fs" """)}</outline>')
    )
    assert one.tags == ("x", "y", "z", "100,5/s")


@pytest.mark.parametrize(
    ("attributes", "address"),
    [
        ('text="a" xmlurl="http://e/1"', "http://e/1"),
        ('text="a" XMLURL=" http://e/2 "', "http://e/2"),
        ('text="a" type="rss" url="http://e/3"', "http://e/3"),
        ('text="a" type="link" url="http://e/4"', ""),
        ('text="a" type="include" url="http://e/5.opml"', ""),
        ('text="a" htmlUrl="http://e/6"', ""),
    ],
)
def test_the_address_is_taken_from_where_readers_put_it(attributes: str, address: str) -> None:
    assert [one.address for one in read(opml(f"<outline {attributes}/>"))] == [address]


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ('title="Long" text="Short"', "Long"),
        ('title="" text="Short"', "Short"),
        ('title="https://a.example/feed" text="Short"', "Short"),
        ('text="https://a.example/feed"', ""),
        ('text=" Two \n words "', "Two words"),
        ('text="A &amp; B"', "A & B"),
    ],
)
def test_a_title_is_the_name_that_says_more_than_the_address(attributes: str, title: str) -> None:
    (one,) = read(opml(f'<outline {attributes} xmlUrl="https://a.example/feed"/>'))
    assert one.title == title


@pytest.mark.parametrize(
    ("body", "title", "address"),
    [
        ('<outline text="Q&A" xmlUrl="http://e/?a=1&b=2"/>', "Q&A", "http://e/?a=1&b=2"),
        ('<outline text="Caf&eacute;" xmlUrl="http://e/"/>', "Café", "http://e/"),
        ('<outline text="a < b > c" xmlUrl="http://e/"/>', "a < b > c", "http://e/"),
        ('<outline text="The "best" of" xmlUrl="http://e/"/>', 'The "best" of', "http://e/"),
        ("<outline text=bare xmlUrl=http://e/ >", "bare", "http://e/"),
        ("<OUTLINE TEXT='x' XMLURL='http://e/'></OUTLINE>", "x", "http://e/"),
        ('<outline text="x" checked xmlUrl="http://e/"/>&', "x", "http://e/"),
        ('<outline text="x" xmlUrl="http://e/"><outline text="cut" xmlUrl="htt', "x", "http://e/"),
    ],
)
def test_what_is_not_well_formed_is_read_all_the_same(body: str, title: str, address: str) -> None:
    first = read(opml(body))[0]
    assert (first.title, first.address) == (title, address)


def test_folders_of_broken_opml_are_tags_too_and_comments_are_left_out() -> None:
    outlines = read(
        opml(
            f'<outline text="R&D">{feed("a")}<!-- {feed("gone")} --></outline>{feed("b")}'
            f'<outline text="Q"><outline text="open">{feed("c")}'
        )
    )
    assert [(one.title, one.tags) for one in outlines] == [
        ("a", ("R&D",)),
        ("b", ()),
        ("c", ("Q", "open")),
    ]


@pytest.mark.parametrize("name", ["&a;", "&i;", "&file;"])
def test_entities_are_neither_expanded_nor_loaded(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    declared = "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    data = (
        f'<!DOCTYPE opml [<!ENTITY a "boom">{declared}<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
        f'<opml><body><outline text="{name}" xmlUrl="http://e/"/></body></opml>'
    )
    (one,) = read(data.encode())
    assert one == Outline(address="http://e/", title=name)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("<?xml", '<?xml encoding="ISO-8859-1"').encode(),
        lambda text: text.replace("?>", ' encoding="cp1250"?>').encode("cp1250"),
        lambda text: text.replace("?>", ' encoding="rot13"?>').encode(),
        lambda text: "\n\n" + text and ("junk" + text).encode(),
    ],
)
def test_any_encoding_is_read(encode: object) -> None:
    assert callable(encode)
    text = (
        '<?xml version="1.0"?><opml><body><outline text="Käfer" xmlUrl="http://e/"/></body></opml>'
    )
    assert [one.title for one in read(encode(text))] == ["Käfer"]


def test_a_plain_list_has_an_address_a_line_with_tags_and_comments() -> None:
    text = """\ufeff# my feeds
https://a.example/feed

https://b.example/#top tech "long name" "~Bee" ! "~hidden" tech # why
"query:Unread:unread = \\"yes\\""
arxiv:cs.CL
"""
    assert read(text.encode()) == (
        Outline(address="https://a.example/feed"),
        Outline(address="https://b.example/#top", title="Bee", tags=("tech", "long name")),
        Outline(address='query:Unread:unread = "yes"'),
        Outline(address="arxiv:cs.CL"),
    )


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("https://a.example/f,https://b.example/f", ["https://a.example/f", "https://b.example/f"]),
        ("https://a.example/f; https://b.example/f", ["https://a.example/f", "https://b.example/f"]),
        ("https://a.example/f,b", ["https://a.example/f,b"]),
        ("https://a.example/f https://b.example/f", ["https://a.example/f", "https://b.example/f"]),
        ("https://a.example/f|https://b.example/f", ["https://a.example/f", "https://b.example/f"]),
        ("arxiv:cs.CL arxiv:cs.LG", ["arxiv:cs.CL", "arxiv:cs.LG"]),
        ("http://a/p, arxiv:cs.CL;biorxiv:all", ["http://a/p", "arxiv:cs.CL", "biorxiv:all"]),
        ("https://a.example/?of=x,https://b.example/", ["https://a.example/?of=x,https://b.example/"]),
    ],
)  # fmt: skip
def test_several_addresses_on_a_line_are_a_feed_each(line: str, addresses: list[str]) -> None:
    found = read(f"{line} tech".encode())
    assert [one.address for one in found] == addresses
    assert all(one.tags == ("tech",) for one in found)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("- https://a.example/f,b", ""),
        ("* <https://a.example/f,b>", ""),
        (" 1. https://a.example/f,b", ""),
        ('[The "A" \\ paper](https://a.example/f,b)', 'The "A" \\ paper'),
        ("- [A](<https://a.example/f,b>)", "A"),
        ("The A,https://a.example/f,b", "The A"),
        ('"A, of b", "https://a.example/f,b"', "A, of b"),
    ],
)
def test_entries_of_lists_in_markdown_and_titles_before_addresses_are_read(
    line: str, title: str
) -> None:
    assert read(line.encode()) == (Outline(address="https://a.example/f,b", title=title),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html><body>Hello</body></html>", "HTML or XML"),
        (b"<rss></rss>", "HTML or XML"),
        (b'{"feeds": []}', "JSON"),
        (b"\x7fELF\x00\x00\x01", "no text"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data)
    assert said in caught.value.message
    assert caught.value.hint


def test_nothing_is_an_empty_list() -> None:
    assert read(b"") == ()
    assert read(opml("")) == ()


@pytest.mark.parametrize(
    "piece", ["<outline ", '<outline a="', "<outline a='\" ", "<!--", '<outline a="b"c', "<opml "]
)
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    # Python's own html.parser needs ten seconds for the first of these.
    assert all(not one.address for one in read(("<opml>" + piece * 5_000).encode()))


words = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=12)
words = words.map(clean_line).filter(bool)
outlines = st.builds(
    Outline,
    address=words.map(lambda word: f"https://a.example/{word}"),
    title=words | st.just(""),
    tags=st.lists(words | st.just("a b"), max_size=4, unique=True).map(tuple),
)


@given(st.lists(outlines, max_size=8))
def test_what_is_written_reads_back_as_the_same_feeds_titles_and_tags(
    listed: list[Outline],
) -> None:
    text = write(listed, title="My <feeds>", at=NOW)
    assert sorted(map(repr, read(text.encode()))) == sorted(map(repr, listed))


def test_other_readers_find_folders_by_first_tags() -> None:
    listed = [
        Outline(address="https://a.example/", title="A", tags=("x", "y/z")),
        Outline(address="https://b.example/"),
        Outline(address="https://c.example/", tags=("x",)),
    ]
    text = write(listed, title="Feeds", at=NOW)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n')
    assert text[text.index("  <body>") :] == (
        "  <body>\n"
        '    <outline text="x" title="x">\n'
        '      <outline type="rss" text="A" title="A" xmlUrl="https://a.example/"'
        ' category="x,y%2Fz"/>\n'
        '      <outline type="rss" text="https://c.example/" xmlUrl="https://c.example/"'
        ' category="x"/>\n'
        "    </outline>\n"
        '    <outline type="rss" text="https://b.example/" xmlUrl="https://b.example/"/>\n'
        "  </body>\n"
        "</opml>\n"
    )


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<opml {text}".encode()))
@example(b'"\x1f')
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    try:
        found = read(data)
    except SourceError:
        return
    assert all(one.address == one.address.strip() for one in found)
