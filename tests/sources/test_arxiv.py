"""What arXiv's own feeds say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hauler_tui.errors import SourceError
from hauler_tui.sources import arxiv
from hauler_tui.sources.feeds import ParsedFeed, parse_feed

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)


def read(path: Path) -> ParsedFeed:
    return parse_feed(
        path.read_bytes(),
        url="https://rss.arxiv.org/rss/cs.CL",
        content_type="text/xml",
        feed_id=1,
        now=NOW,
    )


def test_a_new_paper_is_read_whole_with_its_maths_untouched(feeds: Path) -> None:
    first = read(feeds / "arxiv.rss.xml").entries[0]
    assert first.title == r"On sets of the type $g=<R_g \cup C_g, E_g>$ and their gardens"
    assert first.link == "https://arxiv.org/abs/2604.21935"
    assert first.aliases == ("arxiv:2604.21935",)
    assert (first.announce, first.version) == ("new", 1)
    assert first.categories == ("cs.CL", "cs.LG")
    assert first.authors == (
        "Ada Example (Institute of A, City (North))",
        "Bo Beispiel",
        "Ada Example",
    )
    assert first.abstract == (
        r"We study $g=<R_g \cup C_g, E_g>$ for $0\leq p <r$ with V&V and Poincar\'e maps; "
        "<b>bold claims</b> stay as written.\n\nA second paragraph says that 5 < 6."
    )
    assert first.published == datetime(2026, 4, 23, 4, tzinfo=UTC)


def test_a_replacement_keeps_its_version_dois_and_journal(feeds: Path) -> None:
    second = read(feeds / "arxiv.rss.xml").entries[1]
    assert (second.announce, second.version) == ("replace-cross", 3)
    assert second.aliases == ("arxiv:2511.00042", "doi:10.5555/example.42")
    assert second.doi == "10.5555/example.42"
    assert second.journal == "Journal of Examples 4 (2026) 2"
    assert second.authors == ("EXAMPLE Collaboration", "A. One", "B. Two")


def test_atom_is_known_by_its_namespace_and_dated_by_published(feeds: Path) -> None:
    (entry,) = read(feeds / "arxiv.atom.xml").entries
    assert entry.aliases == ("arxiv:math/0309136", "doi:10.5555/old.gold")
    assert (entry.announce, entry.version, entry.categories) == ("replace", 2, ("math.GT",))
    assert entry.published == datetime(2026, 4, 23, 4, tzinfo=UTC)
    assert entry.abstract == "Old but gold."


def test_a_feed_that_only_reports_an_error_fails_with_its_reason(feeds: Path) -> None:
    with pytest.raises(SourceError, match=r"arXiv refused: .*Bad archive or category 'cs\.NOPE'"):
        read(feeds / "arxiv-error.xml")


def test_a_feed_at_the_cap_tells_to_split_the_subscription(
    feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(feeds / "arxiv.rss.xml").warnings == ()
    monkeypatch.setattr(arxiv, "DAILY_CAP", 2)
    assert "split this subscription" in read(feeds / "arxiv.rss.xml").warnings[0]


def test_the_feed_of_before_2024_is_understood() -> None:
    old = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="http://arxiv.org/"><title>cs.CL updates</title></channel>
      <item rdf:about="http://arxiv.org/abs/2306.15668">
      <title>A title with (brackets). (arXiv:2306.15668v2 [cs.CL] UPDATED)</title>
      <link>http://arxiv.org/abs/2306.15668</link>
      <description>&lt;p&gt;Some abstract.&lt;/p&gt;</description>
      <dc:creator>&lt;a href="x"&gt;A One&lt;/a&gt;, &lt;a href="y"&gt;B Two&lt;/a&gt;</dc:creator>
      </item></rdf:RDF>"""
    (entry,) = parse_feed(
        old, url="https://old.example/", content_type=None, feed_id=1, now=NOW
    ).entries
    assert entry.title == "A title with (brackets)."
    assert (entry.announce, entry.version) == ("replace", 2)
    assert entry.authors == ("A One", "B Two")
    assert entry.abstract == "Some abstract."


def query(*entries: str, title: str = "arXiv Query: x") -> bytes:
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title>{''.join(entries)}</feed>"
    ).encode()


def of_query(body: bytes, url: str = "https://export.arxiv.org/api/query?x") -> ParsedFeed:
    return parse_feed(body, url=url, content_type=None, feed_id=1, now=NOW)


BARE = """<entry><id>http://arxiv.org/abs/2604.01234v2</id><title>On
  sets</title><summary>  We show $0&lt;a&lt;b$ &amp; V&amp;V.
And more.</summary><published>2026-04-01T00:00:00Z</published>
<updated>2026-04-22T00:00:00Z</updated>{}</entry>"""


def test_a_paper_of_the_query_api_is_read_whole() -> None:
    more = """<author><name>Ada Byron</name>
        <a:affiliation xmlns:a="http://arxiv.org/schemas/atom">A, B</a:affiliation>
        <a:affiliation xmlns:a="http://arxiv.org/schemas/atom">C</a:affiliation></author>
        <author><name>Grace Murray</name></author>
        <author><name>Bo Li</name>
        <a:affiliation xmlns:a="http://arxiv.org/schemas/atom">D</a:affiliation></author>
        <a:comment xmlns:a="http://arxiv.org/schemas/atom">5 pages</a:comment>
        <a:journal_ref xmlns:a="http://arxiv.org/schemas/atom">J. 1 (2026)</a:journal_ref>
        <a:doi xmlns:a="http://arxiv.org/schemas/atom">10.5555/X 10.5555/Y</a:doi>
        <category term="cs.CL"/><category term="68T50"/><category term="math.LO"/>"""
    feed = of_query(
        query(
            BARE.format(more),
            title="arXiv Query: search_query=au:&quot;Byron&quot;&amp;id_list=&amp;start=0",
        )
    )
    assert feed.title == 'arXiv: au:"Byron"'
    assert feed.wishes.ttl_minutes == 1_440
    (paper,) = feed.entries
    assert paper.title == "On sets"
    assert paper.aliases[0] == "arxiv:2604.01234"
    assert (paper.version, paper.comment, paper.journal) == (2, "5 pages", "J. 1 (2026)")
    assert paper.doi == "10.5555/x"
    assert paper.categories == ("cs.CL", "math.LO")
    assert paper.authors == ("Ada Byron (A, B, C)", "Grace Murray", "Bo Li (D)")
    assert paper.abstract == "We show $0<a<b$ & V&V. And more."
    assert paper.published == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_paper_of_the_query_api_without_arxivs_own_elements_keeps_its_maths() -> None:
    (paper,) = of_query(query(BARE.format("<author><name>Ada Byron</name></author>"))).entries
    assert paper.aliases == ("arxiv:2604.01234",)
    assert paper.link == "https://arxiv.org/abs/2604.01234"
    assert (paper.version, paper.authors) == (2, ("Ada Byron",))
    assert paper.abstract == "We show $0<a<b$ & V&V. And more."


def test_a_query_that_finds_nothing_is_an_empty_feed() -> None:
    feed = of_query(query(title="arXiv Query: search_query=&amp;id_list=0000.0000"))
    assert feed.entries == ()
    assert of_query(query(), "https://rss.arxiv.org/rss/cs.CL").wishes.ttl_minutes is None


def test_affiliations_of_damaged_xml_are_those_before_the_damage() -> None:
    affiliation = '<a:affiliation xmlns:a="http://arxiv.org/schemas/atom">D</a:affiliation>'
    whole = BARE.format(f"<author><name>Bo Li</name>{affiliation}</author>")
    cut = query(whole, whole.replace("01234", "01235"))[:-60]
    assert arxiv.authors_with_affiliations(cut) == {
        "http://arxiv.org/abs/2604.01234v2": ("Bo Li (D)",)
    }
