"""Every format and bad habit of feeds, read from bytes."""

from __future__ import annotations

import builtins
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hauler_tui.errors import SourceError
from hauler_tui.sources.feeds import ParsedFeed, parse_feed

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
URL = "https://blog.example/feed"


def parse(body: bytes, *, url: str = URL, content_type: str | None = None) -> ParsedFeed:
    return parse_feed(body, url=url, content_type=content_type, feed_id=3, now=NOW)


def rss(*items: str, before: str = "") -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    text = f"{before}<rss version='2.0'><channel><title>t</title>{inside}</channel></rss>"
    return text.encode()


def test_a_blog_is_read_with_its_full_text_as_markdown(feeds: Path) -> None:
    feed = parse((feeds / "blog.rss.xml").read_bytes())
    assert (feed.title, feed.wishes.ttl_minutes) == ("A & B's blog", 90)
    assert feed.warnings == ("1 entry says nothing and was skipped.",)
    first, second = feed.entries
    assert first.title == "Why E. coli & p < 0.05"
    assert first.link == "https://blog.example/posts/1"
    assert first.authors == ("Jane Writer",)
    assert first.published == datetime(2026, 4, 22, 10, tzinfo=UTC)
    assert first.abstract == (
        "## Head\n\nRead [more](https://blog.example/more), not this; $a<b$ holds.\n\n"
        "A leaf\n\n- one\n- two"
    )
    assert first.aliases == ("url:https://blog.example/posts/1", "feed-guid:3:one")
    assert second.title == "A toot without a title, linked."
    assert second.abstract == "A toot without a title, [linked](https://x.example/a)."
    assert second.published is None


def test_biorxiv_is_read_with_paired_authors_doi_and_version(feeds: Path) -> None:
    (entry,) = parse((feeds / "biorxiv.rdf").read_bytes()).entries
    assert entry.title == "A self-made leaf."
    assert entry.authors == ("D. Kukla", "R. J. O'Example", "P.-L. Van Plant")
    assert entry.aliases[0] == "doi:10.64898/2026.01.02.123456"
    assert (entry.doi, entry.version) == ("10.64898/2026.01.02.123456", 2)
    assert entry.abstract == "Leaves were made. They were green."
    assert entry.published == datetime(2026, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("neurosience", "bioRxiv has no subject “neurosience”; did you mean neuroscience?"),
        ("plant-biology", "no subject “plant-biology”; did you mean plant_biology?"),
        ("genomics+zooology", "no subject “zooology”; did you mean zoology"),
        ("genomics", "though bioRxiv has the subject"),
    ],
)
def test_an_empty_biorxiv_feed_tells_of_a_misspelt_subject(subject: str, told: str) -> None:
    url = f"https://connect.biorxiv.org/biorxiv_xml.php?subject={subject}"
    assert told in parse(rss(), url=url).warnings[0]
    assert parse(rss()).warnings == ()


def test_text_that_is_html_in_truth_is_read_as_such() -> None:
    body = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><id>x:1</id>"
        b"<content type='text'>&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;</content></entry>"
        b"<entry><title>U</title><id>x:2</id><content type='text'>&lt;p&gt; opens a paragraph"
        b"</content></entry></feed>"
    )
    first, second = parse(body).entries
    assert first.abstract == "One **two**"
    assert second.abstract == "<p> opens a paragraph"


def test_the_entities_in_a_title_of_a_json_feed_are_resolved() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items":'
        b' [{"id": "1", "title": "FCC &#8216;Jokes&#8217;"}]}'
    )
    assert parse(body).entries[0].title == "FCC ‘Jokes’"


def test_a_json_feed_is_read(feeds: Path) -> None:
    feed = parse((feeds / "feed.json").read_bytes(), content_type="application/feed+json")
    seven, eight = feed.entries
    assert feed.title == "A JSON feed"
    assert (seven.title, seven.abstract, seven.authors) == ("Seven", "Html **body**", ("Jo Son",))
    assert seven.categories == ("x", "y")
    assert seven.published == datetime(2026, 4, 20, 8, tzinfo=UTC)
    assert eight.title == eight.abstract == "Only text, and 3 < 4"


HOSTILE = (
    "[/foo] [@click=app.quit()]x[/] \x1b[31mred\x1b[0m \u202eevil\u202c \x00nul\x07 "
    "two\nlines --version $(reboot)"
)


def test_hostile_text_arrives_as_one_plain_line() -> None:
    escaped = HOSTILE.replace("\x00", "").replace("\x1b", "&#27;").replace("\x07", "&#7;")
    body = rss(f"<title>{escaped}</title><description>{escaped}</description>")
    (entry,) = parse(body).entries
    for text in (entry.title, entry.abstract.replace("\n", "")):
        assert text.replace(" ", "").isprintable()
        assert "[@click=app.quit()]" in text
        assert "\u202e" not in text


@pytest.mark.parametrize("size", [500, 1_000_000])
def test_a_huge_title_is_cut(size: int) -> None:
    (entry,) = parse(rss(f"<title>{'x' * size}</title>")).entries
    assert len(entry.title) <= 500


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "--version", "data:text/html,x", "urn:x"]
)
def test_only_links_to_the_web_are_kept(link: str) -> None:
    (entry,) = parse(rss(f"<title>t</title><link>{link}</link>")).entries
    assert entry.link == "" or entry.link.startswith("https://blog.example/")


def test_links_in_a_text_are_relative_to_its_page_or_to_what_the_feed_says() -> None:
    body = (
        "<description>&lt;a href='/a'&gt;a&lt;/a&gt; &lt;a href='#b'&gt;b&lt;/a&gt;</description>"
    )
    link = "<link>https://site.example/p/1</link>"
    told = "[a](https://site.example/a) [b](https://site.example/p/1#b)"
    for item in (link + body, link + body + "<x:y xmlns:x='z'/>"):  # plain, and by feedparser
        assert parse(rss(item)).entries[0].abstract == told
    (entry,) = parse(rss(body)).entries
    assert entry.abstract == "[a](https://blog.example/a) [b](https://blog.example/feed#b)"
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://base.example/'><entry>"
        "<title>t</title><link href='https://site.example/p/1'/>"
        "<content type='html'>&lt;a href='c'&gt;c&lt;/a&gt;</content></entry></feed>"
    )
    assert parse(atom.encode()).entries[0].abstract == "[c](https://base.example/c)"


def test_a_link_with_white_space_inside_is_mended() -> None:
    (entry,) = parse(rss("<title>t</title><link>\n https://a.example/x?utm_source= y \n</link>")).entries  # fmt: skip # noqa: E501
    assert entry.link == "https://a.example/x?utm_source=y"


def test_an_id_that_several_entries_share_identifies_none_of_them() -> None:
    items = [
        f"<title>{n}</title><guid isPermaLink='false'>same</guid><link>https://a.example/{n}</link>"
        for n in (1, 2)
    ]
    one, two = parse(rss(*items)).entries
    assert not set(one.aliases) & set(two.aliases)


def test_every_entry_has_an_alias() -> None:
    feed = parse(rss("<title>only a title</title>", "<description>only a body</description>"))
    assert all(entry.aliases for entry in feed.entries)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty answer"),
        (b"  \n\x00 ", "empty answer"),
        (b"Rate exceeded.", "said “Rate exceeded.” instead of a feed"),
        (b"<!DOCTYPE html><html><body>hi</body></html>", "a web page, not a feed"),
        (b"<html><form><input type='password'></form></html>", "login page"),
        (b"<html><title>Just a moment...</title></html>", "check for browsers"),
        (b"<br><b>Warning</b><html><body>x</body></html>", "a web page, not a feed"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b'{"error": "nope"}', "JSON that is no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "breaks off"),
        (b"<opml version='2.0'><body/></opml>", "a list of feeds (OPML)"),
        (b"<?xml version='1.0'?><urlset></urlset>", "a site map"),
        (b"<?xml version='1.0'?><redirect/>", "XML (<redirect>) that is no feed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "no text"),
    ],
)
def test_a_body_that_is_no_feed_gets_its_own_sentence(body: bytes, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(body, content_type="text/html")
    assert said in caught.value.message
    assert caught.value.hint


def test_a_web_page_that_names_its_feed_gives_the_address_as_a_hint() -> None:
    page = (
        b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>"
    )
    with pytest.raises(SourceError) as caught:
        parse(page)
    assert caught.value.hint == "the page names a feed: https://blog.example/rss"


def test_a_body_that_is_the_path_of_a_file_is_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss("<title>secret</title>"))
    opened = []
    original = builtins.open

    def watch(file: Any, *arguments: Any, **options: Any) -> Any:
        opened.append(os.fspath(file) if not isinstance(file, int) else file)
        return original(file, *arguments, **options)

    monkeypatch.setattr(builtins, "open", watch)
    for body in (os.fsencode(secret), secret.as_uri().encode()):
        with pytest.raises(SourceError):
            parse(body)
    assert not any("secret" in str(name) for name in opened)


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("very secret")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    feed = parse(rss("<title>a &x; b</title>", before=doctype))
    assert "secret" not in str(feed)


def test_maths_survives_and_is_not_taken_for_markup() -> None:
    maths = r"$g=&lt;R_g \cup C_g, E_g&gt;$ and $0\leq p &lt;r$ and V&amp;V"
    (entry,) = parse(rss(f"<title>x</title><description>{maths}</description>")).entries
    assert entry.abstract == r"$g=<R_g \cup C_g, E_g>$ and $0\leq p <r$ and V&V"


@pytest.mark.parametrize(
    "poison",
    [
        "<title>&#1114112;x</title>",
        "<title>&#55296;x</title>",
        "<title>x</title><g:pos xmlns:g='http://www.opengis.net/gml' srsName='a'>z</g:pos>",
    ],
)
def test_what_makes_feedparser_raise_is_cleaned_and_read_once_more(poison: str) -> None:
    (entry,) = parse(rss(poison)).entries
    assert entry.title == "x"


def test_a_doctype_with_a_backslash_is_read() -> None:
    body = rss("<title>x</title>", before=r'<!DOCTYPE rss [<!ENTITY p "C:\g<1>\windows">]>')
    assert [entry.title for entry in parse(body).entries] == ["x"]


def test_entities_that_multiply_do_not_fill_the_memory() -> None:
    levels = "".join(
        f'<!ENTITY {chr(97 + n)} "{f"&{chr(96 + n)};" * 10 if n else "lol"}">' for n in range(10)
    )
    body = rss("<title>&j;</title>", before=f"<!DOCTYPE rss [{levels}]>")
    assert len(str(parse(body))) < 10_000


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss("<title>é</title>"), None),
        (rss("<title>é</title>"), "text/html; charset=iso-8859-1"),
        (rss("<title>é</title>").decode().encode("latin-1"), "text/xml; charset=ISO-8859-1"),
        (rss("<title>é</title>").decode().encode("utf-16"), "application/xml"),
        (rss("<title>é</title>"), "application/xml; charset=rot13"),
        (rss("<title>é</title>"), "application/xml; charset=nonsense"),
        (rss("<title>é</title>", before="<?xml version='1.0' encoding='zip'?>"), None),
    ],
)
def test_the_encoding_is_found_whatever_the_server_says(
    body: bytes, content_type: str | None
) -> None:
    (entry,) = parse(body, content_type=content_type).entries
    assert entry.title == "é"


def test_more_entries_than_the_limit_are_dropped_before_they_cost_anything() -> None:
    body = rss(*(f"<title>{number}</title>" for number in range(50)))
    feed = parse_feed(body, url=URL, content_type=None, feed_id=1, now=NOW, max_entries=20)
    assert [entry.title for entry in feed.entries] == [str(number) for number in range(20)]
    assert feed.warnings == ("t has 50 entries; only the first 20 were read.",)


def test_a_json_feed_has_the_same_limit() -> None:
    items = ",".join(f'{{"id": {n}, "content_text": "x"}}' for n in range(50))
    body = f'{{"version": "https://jsonfeed.org/version/1", "title": "t", "items": [{items}]}}'
    feed = parse_feed(body.encode(), url=URL, content_type=None, feed_id=1, now=NOW, max_entries=20)
    assert len(feed.entries) == 20
    assert feed.warnings == ("t has 50 entries; only the first 20 were read.",)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_feeds_give_entries_or_a_sentence(data: st.DataObject) -> None:
    folder = Path(__file__).parent.parent / "fixtures" / "feeds"
    paths = sorted(folder.iterdir())
    body = bytearray(data.draw(st.sampled_from(paths)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body)))
        length = data.draw(st.integers(0, 40))
        body[place : place + length] = data.draw(st.binary(max_size=20))
    try:
        feed = parse(bytes(body))
    except SourceError:
        return
    assert all(entry.aliases and "\n" not in entry.title for entry in feed.entries)
