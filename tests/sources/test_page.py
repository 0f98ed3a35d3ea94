"""What pages tell of themselves, and what is no page of a work."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.entry import Entry
from hauler_tui.sources import jsonld, page
from hauler_tui.sources.nopage import NoTitleError
from hauler_tui.sources.process import time_limit

NOW = datetime(2026, 4, 23, tzinfo=UTC)
LINK = "https://lab.example/papers/beetles"


def read(html: str | bytes, *, link: str = LINK, url: str = "", kind: str = "text/html") -> Entry:
    body = html if isinstance(html, bytes) else html.encode()
    return page.read(body, link=link, url=url or link, content_type=kind, now=NOW)


def refused(html: str | bytes, *, link: str = LINK, url: str = "", kind: str = "") -> NoTitleError:
    with pytest.raises(NoTitleError) as caught:
        read(html, link=link, url=url, kind=kind or "text/html")
    return caught.value


def test_citation_tags_come_before_everything_else() -> None:
    entry = read(
        """<html><head><title>Beetles | The Lab</title>
        <meta name="citation_title" content="On Beetles &amp; Light">
        <meta name="citation_author" content="Byron, Ada"><meta name="citation_author"
          content="Grace Murray">
        <meta name="citation_publication_date" content="2024/05/17">
        <meta name="citation_doi" content="https://doi.org/10.1000/ABC">
        <meta name="citation_pmid" content="33">
        <meta name="citation_journal_title" content="Journal of Light">
        <meta name="citation_abstract" content="&lt;p&gt;They glow.&lt;/p&gt;">
        <meta property="og:title" content="Beetles!"></head></html>"""
    )
    assert entry == Entry(
        title="On Beetles & Light",
        link=LINK,
        aliases=(f"url:{LINK}", "doi:10.1000/abc", "pmid:33"),
        authors=("Ada Byron", "Grace Murray"),
        abstract="They glow.",
        published=datetime(2024, 5, 17, tzinfo=UTC),
        doi="10.1000/abc",
        journal="Journal of Light",
        origin="page",
    )


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("Müller, Jörg", ("Jörg Müller",)),
        ("Ada Byron, PhD", ("Ada Byron, PhD",)),
        ("Ada Byron", ("Ada Byron",)),
        ("Byron, A.; Murray, G. B.", ("A. Byron", "G. B. Murray")),
    ],
)
def test_the_only_author_of_a_page_is_named_as_people_say_it(
    told: str, names: tuple[str, ...]
) -> None:
    html = f'<title>T</title><meta name="citation_author" content="{told}">'
    assert read(html).authors == names


def test_an_arxiv_id_on_the_page_makes_it_that_paper() -> None:
    entry = read(
        '<meta name="citation_title" content="T">'
        '<meta name="citation_arxiv_id" content="2406.13121">'
        "<title>x</title>"
    )
    assert "arxiv:2406.13121" in entry.aliases


def test_json_ld_comes_before_open_graph() -> None:
    entry = read(
        """<title>x</title><meta property="og:title" content="Shared title">
        <meta property="og:description" content="Shared words">
        <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
          {"@type": "WebSite", "name": "The Lab"},
          {"@type": ["Thing", "BlogPosting"], "headline": "A post", "datePublished": "2024-05-17",
           "author": [{"name": "Ada Byron"}, {"givenName": "Grace", "familyName": "Murray"}],
           "description": "What it says."}]}</script>"""
    )
    assert (entry.title, entry.abstract) == ("A post", "What it says.")
    assert entry.authors == ("Ada Byron", "Grace Murray")
    assert entry.published == datetime(2024, 5, 17, tzinfo=UTC)


def test_open_graph_comes_before_the_title() -> None:
    entry = read(
        """<title>Watch this now!</title><meta property="og:title" content="A talk">
        <meta property="og:description" content="What it says."><meta name="author" content="Ada B">
        <meta property="article:published_time" content="2024-05-17T08:00:00+02:00">"""
    )
    assert (entry.title, entry.abstract, entry.authors) == ("A talk", "What it says.", ("Ada B",))
    assert entry.published == datetime(2024, 5, 17, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A post | Lab", "A post"),
        ("A post - lab.example", "A post"),
        ("Lab – A post", "A post"),
        ("A post - a second thought", "A post - a second thought"),
        ("  A\n  post &amp; more ", "A post & more"),
        ("Error correction in neural codes", "Error correction in neural codes"),
        ("Signing in the wild: gestures", "Signing in the wild: gestures"),
        ("Loading dynamics of ferries", "Loading dynamics of ferries"),
        ("Not found in translation", "Not found in translation"),
        ("404 ways to cook", "404 ways to cook"),
    ],
)
def test_the_title_alone_will_do_without_the_site_s_name(title: str, shown: str) -> None:
    assert read(
        f"<html><title lang=en>{title}</title>", link="https://www.lab.example/p"
    ).title in (
        shown,
        title,
    )
    site = '<meta property="og:site_name" content="Lab">'
    assert read(f"<html>{site}<title>{title}</title>").title == shown


def test_two_dois_on_a_page_are_none() -> None:
    tags = "".join(f'<meta name="citation_doi" content="10.1000/{n}">' for n in "ab")
    entry = read(f"<title>Contents of this issue</title>{tags}")
    assert (entry.doi, entry.aliases) == (None, (f"url:{LINK}",))


def test_a_canonical_address_is_no_name() -> None:
    entry = read('<title>A</title><link rel="canonical" href="https://lab.example/all">')
    assert entry.aliases == (f"url:{LINK}",)


def test_a_short_link_takes_the_name_of_where_it_ends_and_no_other_link_does() -> None:
    there = "https://lab.example/post"
    entry = read("<title>A post</title>", link="https://t.co/xyz", url=there)
    assert entry.aliases == ("url:https://t.co/xyz", f"url:{there}")
    assert entry.link == there
    entry = read("<title>A post</title>", link=LINK, url=there)
    assert (entry.aliases, entry.link) == ((f"url:{LINK}",), LINK)
    paper = "https://arxiv.org/abs/2406.13121v2"
    entry = read("<title>A paper</title>", link=LINK, url=paper)
    assert entry.aliases == (f"url:{LINK}", "arxiv:2406.13121")
    assert entry.link == "https://arxiv.org/abs/2406.13121"


@pytest.mark.parametrize(
    "title",
    ["Log in", "Sign in to continue", "Login | Lab", "Anmeldung - Lab", "Please log in"],
)
def test_a_login_page_is_not_taken_for_the_paper(title: str) -> None:
    error = refused(f"<title>{title}</title><form><input type=password></form>")
    assert error.message == "lab.example shows a login page instead of the page"
    assert not error.for_good


def test_who_is_sent_to_a_login_gets_no_title_whatever_it_is_called() -> None:
    error = refused(
        '<title>Welcome to the Lab</title><meta property="og:title" content="Welcome">',
        url="https://idp.lab.example/sso?return=x",
    )
    assert "login page" in error.message


def test_a_page_with_a_login_form_in_its_corner_is_a_page() -> None:
    assert (
        read("<title>On beetles</title><form><input type='password'></form>").title == "On beetles"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script>",
        "<title>Attention Required! | Cloudflare</title>",
        "<html><body>verify you are human</body></html>",
        "<title>Are you a robot?</title>",
    ],
)
def test_a_check_for_browsers_is_not_taken_for_the_paper(html: str) -> None:
    assert "check for browsers" in refused(html).message


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Page not found – Lab", "Error", "Redirecting…"]
)
def test_a_page_about_an_error_is_not_taken_for_the_paper(title: str) -> None:
    assert refused(f"<title>{title}</title>").message.endswith("instead of the page")


def test_the_site_s_name_is_no_title_of_a_page_but_of_the_site() -> None:
    html = '<title>The Lab</title><meta property="og:site_name" content="The Lab">'
    assert "only the site's name" in refused(html).message
    assert read(html, link="https://lab.example/").title == "The Lab"


def test_a_dead_link_that_leads_home_gets_no_title() -> None:
    error = refused("<title>Beetles for all</title>", url="https://lab.example/")
    assert error.message == "the link leads only to the home page of lab.example"


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"%PDF-1.7 ...", "", "lab.example sent a PDF, which does not tell its title"),
        (b"anything", "application/pdf", "lab.example sent a PDF, which does not tell its title"),
        (b"\x89PNG....", "image/png", "lab.example sent no page but image/png"),
        (b"\x7fELF\x00\x00\x00", "application/x", "lab.example sent no page but application/x"),
        (b"just words", "text/plain", "lab.example sent text that is no page"),
        (b'{"a": 1}', "application/json", "lab.example sent text that is no page"),
        (
            b"<rss version='2.0'><channel><title>News</title></channel></rss>",
            "text/html",
            "the link leads to a feed of lab.example, not to a page",
        ),
    ],
)
def test_what_is_no_page_stays_a_link_for_good(body: bytes, kind: str, says: str) -> None:
    error = refused(body, kind=kind)
    assert error.message == says
    assert error.for_good


def test_a_feed_is_offered_as_one() -> None:
    error = refused("<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title></feed>")
    assert error.hint == f"subscribe to it with: hauler feeds add {LINK}"


@pytest.mark.parametrize("body", [b"", b" \n", b"<html><body>no title</body></html>"])
def test_a_page_without_a_title_has_none(body: bytes) -> None:
    assert not refused(body).for_good


def test_an_encoding_that_only_the_server_names_is_used() -> None:
    body = "<title>光る甲虫</title>".encode("shift_jis")
    assert read(body, kind="text/html; charset=Shift_JIS").title == "光る甲虫"
    body = "<title>中文网页</title>".encode("gbk")
    assert read(body, kind="text/html; charset=gb2312").title == "中文网页"
    body = "<title>Мы светим</title>".encode("cp1251")
    assert read(body, kind="text/html; charset=windows-1251").title == "Мы светим"


def test_an_encoding_that_a_server_names_by_default_yields_to_the_page_s_own() -> None:
    body = '<meta charset="shift_jis"><title>光る甲虫</title>'.encode("shift_jis")
    assert read(body, kind="text/html; charset=ISO-8859-1").title == "光る甲虫"
    assert read("<title>Œuvre</title>".encode("cp1252"), kind="text/html; charset=utf-8").title == (
        "Œuvre"
    )


def test_nothing_dangerous_comes_through() -> None:
    entry = read(
        '<title>\x1b[31mRed\u202e</title><meta name="description" content="&lt;a '
        'href=&quot;javascript:x&quot;&gt;here&lt;/a&gt;&lt;script&gt;x&lt;/script&gt; ok">'
    )
    assert entry.title == "Red"
    assert "javascript" not in entry.abstract
    assert "script" not in entry.abstract


@given(
    st.text(max_size=300), st.sampled_from(["", "<title>", "<meta name=citation_title content="])
)
def test_any_text_is_read_or_refused(text: str, start: str) -> None:
    entry = None
    with contextlib.suppress(NoTitleError):
        entry = read(f"<html>{start}{text}")
    assert entry is None or (entry.title and entry.aliases)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<title>" * 100_000, id="titles"),
        pytest.param("<meta " * 100_000, id="metas"),
        pytest.param("<script type=application/ld+json>" * 30_000, id="scripts"),
        pytest.param("<script type=application/ld+json>" * 30_000 + "</script>", id="one end"),
        pytest.param("<!--" * 100_000, id="comments"),
        pytest.param('<script type="application/ld+json">' + "[" * 100_000 + "</script>", id="["),
        pytest.param("<input " * 100_000, id="inputs"),
        pytest.param("<title>" + " - |" * 20_000, id="separators"),
    ],
)
def test_hostile_pages_take_time_in_proportion(text: str) -> None:
    with time_limit(5.0), contextlib.suppress(NoTitleError):
        read("<html>" + text)


@pytest.mark.parametrize(
    "script", ["[]", "{}", '{"@type": "Article"}', "{", '{"@graph": 7}', '{"@type": [1, null]}']
)
def test_json_ld_without_a_work_describes_nothing(script: str) -> None:
    text = f'<script type="application/ld+json">{script}</script>'
    assert jsonld.described(text) == jsonld.Described()
