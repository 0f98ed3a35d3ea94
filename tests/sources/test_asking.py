"""What is asked about captured links, of whom and how politely."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from hauler_tui.domain.lookup import Broken, Finding, Found, Held, Unknown
from hauler_tui.sources import asking, lookupworker
from hauler_tui.sources.findings import LookupOrder, decode
from hauler_tui.sources.journeys import Asked
from hauler_tui.sources.settings import FetchSettings
from tests.sources.knowers import (
    ATOM,
    HTML,
    NO_PREPRINT,
    NOW,
    SETTINGS,
    Knowers,
    arxiv_answer,
    asked,
    entry_of,
    here,
    knowers,
    papers,
    pauses,
    preprint,
    question,
    reply,
)
from tests.sources.server import Handler, Reply

__all__ = ["knowers", "pauses"]


def reason_of(finding: Finding) -> str:
    assert not isinstance(finding, Found)
    return finding.reason


async def test_papers_are_asked_for_a_hundred_at_a_time_three_seconds_apart(
    knowers: Knowers, pauses: list[float]
) -> None:
    ids = [f"2605.{number:05}" for number in range(1, 251)]
    knowers.papers = {name: f"Paper {name}" for name in ids}
    told = await asked(knowers, papers(*ids))
    assert [len(batch) for batch in knowers.batches] == [100, 100, 50]
    assert pauses == [3.0, 3.0]
    for request in knowers.server.asked:
        query = parse_qs(urlsplit(request.path).query)
        assert query["max_results"] == [str(len(query["id_list"][0].split(",")))]
        assert (request.header("User-Agent") or "").startswith("hauler/")
    entry = entry_of(told[250])
    assert (entry.title, entry.version) == ("Paper 2605.00250", 2)
    assert entry.link == "https://arxiv.org/abs/2605.00250"
    assert entry.aliases == ("arxiv:2605.00250", "doi:10.1000/2605.00250")
    assert entry.authors == ("Ada Byron", "Grace Murray")
    assert entry.published == datetime(2026, 3, 1, 10, tzinfo=UTC)


async def test_a_paper_that_arxiv_does_not_have_is_unknown_and_the_others_come(
    knowers: Knowers,
) -> None:
    knowers.papers = {"2605.00001": "One", "math/0309136": "Old"}
    told = await asked(knowers, papers("2605.00001", "2605.99999", "math/0309136"))
    assert entry_of(told[1]).title == "One"
    assert isinstance(told[2], Unknown)
    assert told[2].reason == "arXiv has no paper 2605.99999"
    assert not told[2].for_good
    assert entry_of(told[3]).title == "Old"
    assert len(knowers.batches) == 1


async def test_one_malformed_id_among_a_hundred_is_found_by_halving(knowers: Knowers) -> None:
    ids = [f"2605.{number:05}" for number in range(1, 101)]
    knowers.papers = {name: f"Paper {name}" for name in ids}
    knowers.malformed = {"2605.00042"}
    told = await asked(knowers, papers(*ids))
    assert sum(isinstance(one, Found) for one in told.values()) == 99
    assert "incorrect id format for 2605.00042" in reason_of(told[42])
    assert len(knowers.batches) < 16


async def test_an_id_that_is_none_is_never_sent(knowers: Knowers) -> None:
    knowers.papers = {"2605.00001": "One"}
    told = await asked(
        knowers, [*papers("2605.00001"), question(2, "arxiv:abc"), question(3, "arxiv:2613.00001")]
    )
    assert knowers.batches == [["2605.00001"]]
    assert isinstance(told[2], Unknown)
    assert told[2].for_good
    assert reason_of(told[3]) == "“2613.00001” is no arXiv id"


@pytest.mark.parametrize("status", [200, 429, 503])
async def test_rate_exceeded_closes_arxiv_and_the_others_go_on(
    knowers: Knowers, status: int
) -> None:
    knowers.server.routes["/api/query"] = Reply(b"Rate exceeded.", status)
    url = knowers.page("/post", "<title>A post</title>")
    ids = [f"2605.{number:05}" for number in range(1, 151)]
    told = await asked(knowers, [*papers(*ids), question(999, f"url:{url}", link=url)])
    assert entry_of(told[999]).title == "A post"
    assert len(knowers.batches) == 1
    held = told[150]
    assert isinstance(held, Held)
    assert held.host == "arxiv.org"
    assert "“Rate exceeded.”" in held.reason
    assert held.wait_seconds is None
    assert held.is_refusal


async def test_a_pause_that_is_asked_for_is_told(knowers: Knowers) -> None:
    knowers.server.routes["/api/query"] = Reply(b"", 429, {"Retry-After": "7200"})
    told = await asked(knowers, papers("2605.00001"))
    assert isinstance(told[1], Held)
    assert told[1].wait_seconds == 7200


async def test_after_a_403_arxiv_is_asked_no_more(knowers: Knowers) -> None:
    knowers.server.routes["/api/query"] = Reply(b"denied", 403)
    ids = [f"2605.{number:05}" for number in range(1, 151)]
    told = await asked(knowers, papers(*ids))
    assert all(isinstance(one, Held) for one in told.values())
    assert len(knowers.batches) == 1


async def test_a_page_of_arxivs_instead_of_papers_is_said_to_be_one(knowers: Knowers) -> None:
    knowers.server.routes["/api/query"] = Reply(b"<!doctype html><html>login</html>", headers=HTML)
    told = await asked(knowers, papers("2605.00001"))
    assert isinstance(told[1], Broken)
    assert told[1].reason == "export.arxiv.org sent a web page instead of an answer"


async def test_an_answer_that_should_be_full_and_is_empty_says_nothing(knowers: Knowers) -> None:
    answers = [arxiv_answer({}), arxiv_answer({"2605.00001": "One", "2605.00002": "Two"})]

    def sometimes(handler: Handler) -> None:
        reply(handler, Reply(answers.pop(0) if answers else arxiv_answer({}), headers=ATOM))

    knowers.server.routes["/api/query"] = sometimes
    told = await asked(knowers, papers("2605.00001", "2605.00002"))
    assert entry_of(told[2]).title == "Two"
    told = await asked(knowers, papers("2605.00001", "2605.00002"))
    assert isinstance(told[1], Broken)
    assert told[1].reason == "arXiv answered with nothing at all"


async def test_a_host_that_was_asked_a_moment_ago_rests_first(
    knowers: Knowers, pauses: list[float]
) -> None:
    knowers.papers = {"2605.00001": "One"}
    await asked(knowers, papers("2605.00001"), rested={"arxiv.org": 1.0})
    assert pauses == [2.0]
    await asked(knowers, papers("2605.00001"), rested={"arxiv.org": 60.0})
    assert pauses == [2.0]


async def test_a_preprint_is_asked_for_at_its_server_then_the_other_then_at_doi_org(
    knowers: Knowers,
) -> None:
    doi = "10.1101/2024.06.06.597716"
    routes = knowers.server.routes
    routes[f"/details/biorxiv/{doi}/na/json"] = Reply(
        preprint(doi, version=3, published="10.1371/journal.pone.1")
    )
    routes["/details/medrxiv/10.64898/2026.01.01.000001/na/json"] = Reply(
        preprint("10.64898/2026.01.01.000001")
    )
    for server in ("biorxiv", "medrxiv"):
        for name in ("10.64898/2026.01.01.000001", "10.1101/857789"):
            routes.setdefault(f"/details/{server}/{name}/na/json", Reply(NO_PREPRINT))
    routes["/10.1101/857789"] = Reply(json.dumps({"title": "From Crossref"}).encode())
    told = await asked(
        knowers,
        [
            question(1, f"doi:{doi}", link=f"https://www.biorxiv.org/content/{doi}v1"),
            question(2, "doi:10.64898/2026.01.01.000001", link="https://doi.org/10.64898/x"),
            question(
                3, "doi:10.1101/857789", link="https://www.medrxiv.org/content/10.1101/857789"
            ),
        ],
    )
    first = entry_of(told[1])
    assert (first.title, first.version, first.origin) == ("Beetles of the night", 3, "feed")
    assert first.link == f"https://www.biorxiv.org/content/{doi}v3"
    assert set(first.aliases) == {f"doi:{doi}", "doi:10.1371/journal.pone.1"}
    assert first.authors == ("D. Kukla", "A. B. Crampton-Smith")
    assert first.published == datetime(2024, 6, 7, tzinfo=UTC)
    assert entry_of(told[2]).link.startswith("https://www.medrxiv.org/")
    assert entry_of(told[3]).title == "From Crossref"
    paths = [request.path for request in knowers.server.asked]
    assert paths.index("/details/medrxiv/10.1101/857789/na/json") < paths.index(
        "/details/biorxiv/10.1101/857789/na/json"
    )


async def test_a_doi_is_asked_for_by_content_negotiation_through_redirects(
    knowers: Knowers,
) -> None:
    csl = {
        "title": ["On <i>Beetles</i> &amp; light"],
        "author": [{"given": "Ada", "family": "Byron"}, {"literal": "The Beetle Team"}],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>They glow.</jats:p>",
        "issued": {"date-parts": [[2024, 5]]},
        "container-title": "Journal of Light",
        "type": "journal-article",
        "DOI": "10.1000/ABC",
    }
    routes = knowers.server.routes
    agency = knowers.at("agency.example", "/csl")
    routes["/10.1000/abc"] = Reply(b"", 302, {"Location": agency})
    routes["/csl"] = Reply(json.dumps(csl).encode())
    told = await asked(
        knowers, [question(1, "doi:10.1000/abc", link="https://journal.example/doi/10.1000/abc")]
    )
    entry = entry_of(told[1])
    assert entry.title == "On Beetles & light"
    assert entry.authors == ("Ada Byron", "The Beetle Team")
    assert entry.abstract == "They glow."
    assert entry.published == datetime(2024, 5, 1, tzinfo=UTC)
    assert (entry.journal, entry.doi) == ("Journal of Light", "10.1000/abc")
    assert entry.link == "https://journal.example/doi/10.1000/abc"
    for request in knowers.server.asked:
        accept = request.header("Accept") or ""
        assert accept.startswith("application/vnd.citationstyles.csl+json")


async def test_an_unknown_doi_is_told_and_one_without_metadata_too(knowers: Knowers) -> None:
    knowers.server.routes["/10.1000/nothing"] = Reply(b"", 406)
    knowers.server.routes["/10.1000/untitled"] = Reply(b"{}")
    names = ("unknown", "nothing", "untitled")
    told = await asked(knowers, [question(n, f"doi:10.1000/{x}") for n, x in enumerate(names)])
    assert reason_of(told[0]) == "nobody has registered the DOI 10.1000/unknown"
    assert reason_of(told[1]) == "nothing is told about the DOI 10.1000/nothing"
    assert reason_of(told[2]) == "the DOI 10.1000/untitled is registered without a title"


async def test_a_doi_whose_agency_shows_a_page_is_read_from_the_page(knowers: Knowers) -> None:
    page = '<html><meta name="citation_title" content="From the page"></html>'
    knowers.server.routes["/10.1000/page"] = Reply(page.encode())
    told = await asked(
        knowers, [question(1, "doi:10.1000/page", link="https://doi.org/10.1000/page")]
    )
    assert entry_of(told[1]).title == "From the page"
    assert "doi:10.1000/page" in entry_of(told[1]).aliases


async def test_articles_of_pubmed_are_asked_for_together(knowers: Knowers) -> None:
    knowers.server.routes["/efetch"] = Reply(
        b"""<?xml version="1.0" ?><!DOCTYPE PubmedArticleSet SYSTEM "https://dtd.example/x.dtd">
        <PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">33</PMID>
        <Article><Journal><JournalIssue><PubDate><Year>2023</Year><Month>Mar</Month></PubDate>
        </JournalIssue><Title>Light</Title></Journal>
        <ArticleTitle>On <i>Lampyris</i> larvae.</ArticleTitle>
        <Abstract><AbstractText Label="BACKGROUND">They glow.</AbstractText>
        <AbstractText>Still.</AbstractText></Abstract><AuthorList><Author>
        <LastName>Byron</LastName><ForeName>Ada</ForeName></Author>
        <Author><CollectiveName>The Team</CollectiveName></Author></AuthorList></Article>
        </MedlineCitation><PubmedData><ArticleIdList>
        <ArticleId IdType="doi">10.1000/Glow</ArticleId></ArticleIdList><ReferenceList><Reference>
        <ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId></ArticleIdList>
        </Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"""
    )
    settings = FetchSettings(allow_private_networks=True, contact="me@home.example")
    told = await asked(knowers, [question(1, "pmid:33"), question(2, "pmid:44")], settings=settings)
    (request,) = knowers.server.asked
    assert request.path == (
        "/efetch?db=pubmed&id=33,44&retmode=xml&tool=hauler&email=me%40home.example"
    )
    entry = entry_of(told[1])
    assert entry.title == "On Lampyris larvae"
    assert entry.aliases == ("doi:10.1000/glow", "pmid:33")
    assert entry.abstract == "BACKGROUND: They glow.\n\nStill."
    assert entry.authors == ("Ada Byron", "The Team")
    assert entry.published == datetime(2023, 3, 1, tzinfo=UTC)
    assert reason_of(told[2]) == "PubMed has no article 44"


async def test_pages_of_one_host_are_asked_for_in_turn_and_a_lost_host_only_once(
    knowers: Knowers, pauses: list[float]
) -> None:
    urls = [knowers.page(f"/{n}", f"<title>Post {n}</title>") for n in range(3)]
    lost = [f"http://lost.example:9/{n}" for n in range(3)]
    links = [*urls, *lost]
    told = await asked(knowers, [question(n, f"url:{x}", link=x) for n, x in enumerate(links)])
    assert [entry_of(told[n]).title for n in range(3)] == ["Post 0", "Post 1", "Post 2"]
    assert pauses.count(1.0) >= 2
    for number in range(3, 6):
        finding = told[number]
        assert isinstance(finding, Broken)
        assert not finding.was_reached
        assert finding.reason.startswith("the connection to lost.example failed")


async def test_a_short_link_to_a_lost_host_does_not_lose_the_shortener(knowers: Knowers) -> None:
    knowers.server.routes["/dead"] = Reply(b"", 302, {"Location": "http://lost.example:9/"})
    knowers.page("/alive", "<title>Alive</title>")
    urls = [knowers.at("short.example", "/dead"), knowers.at("short.example", "/alive")]
    told = await asked(knowers, [question(n, f"url:{x}", link=x) for n, x in enumerate(urls)])
    assert isinstance(told[0], Unknown)
    assert entry_of(told[1]).title == "Alive"


async def test_a_host_with_a_long_pause_is_asked_for_one_link_at_a_time(knowers: Knowers) -> None:
    knowers.page("/r/a/comments/1", "<title>First post : a</title>")
    urls = [knowers.at("www.reddit.com", f"/r/a/comments/{n}") for n in (1, 2, 3)]
    told = await asked(knowers, [question(n, f"url:{x}", link=x) for n, x in enumerate(urls)])
    assert len(knowers.server.asked) == 1
    assert entry_of(told[0]).title == "First post : a"
    held = told[2]
    assert isinstance(held, Held)
    assert (held.host, held.wait_seconds, held.is_refusal) == ("reddit.com", 60.0, False)


@pytest.mark.parametrize(
    ("status", "says", "for_good"),
    [
        (404, "there is no http://pages.example", False),
        (410, "there is no http://pages.example", True),
        (401, "pages.example wants a login", False),
        (403, "pages.example wants a login, or keeps programs out (403)", False),
    ],
)
async def test_a_page_that_is_not_shown_is_told_with_its_reason(
    knowers: Knowers, status: int, says: str, *, for_good: bool
) -> None:
    knowers.server.routes["/x"] = Reply(b"no", status)
    url = knowers.at("pages.example", "/x")
    told = await asked(knowers, [question(1, f"url:{url}", link=url)])
    assert isinstance(told[1], Unknown)
    assert told[1].reason.startswith(says)
    assert told[1].for_good is for_good


async def test_who_tells_strangers_nothing_is_not_asked(knowers: Knowers) -> None:
    told = await asked(
        knowers,
        [
            question(1, "url:https://x.com/i/status/1", link="https://x.com/a/status/1"),
            question(2, "openreview:abc", link=""),
        ],
    )
    assert knowers.server.asked == []
    assert reason_of(told[1]) == "X tells strangers nothing of its pages"
    assert isinstance(told[1], Unknown)
    assert told[1].for_good


async def test_a_private_address_is_refused_for_good_unless_allowed(knowers: Knowers) -> None:
    url = knowers.page("/secret", "<title>Router</title>")
    told = await asked(knowers, [question(1, f"url:{url}", link=url)], settings=FetchSettings())
    assert knowers.server.asked == []
    assert isinstance(told[1], Unknown)
    assert told[1].for_good
    assert "is not fetched" in told[1].reason
    assert "allow_private_networks" in told[1].hint


async def test_only_the_beginning_of_a_page_is_waited_for(knowers: Knowers) -> None:
    settings = FetchSettings(allow_private_networks=True, max_bytes=3_000_000)
    url = knowers.page("/long", "<title>Long</title>" + "x" * 20_000_000)
    told = await asked(knowers, [question(1, f"url:{url}", link=url)], settings=settings)
    assert entry_of(told[1]).title == "Long"


async def test_an_answer_that_takes_too_long_to_read_holds_nobody_up(
    knowers: Knowers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr("hauler_tui.sources.page.read", forever)
    url = knowers.page("/trap", "<title>Trap</title>")
    knowers.papers = {"2605.00001": "One"}
    settings = FetchSettings(allow_private_networks=True, parse_seconds=0.05)
    told = await asked(
        knowers, [question(9, f"url:{url}", link=url), *papers("2605.00001")], settings=settings
    )
    assert reason_of(told[9]) == "the answer of pages.example takes too long to read"
    assert entry_of(told[1]).title == "One"


async def test_a_mistake_of_hauler_costs_one_link(
    knowers: Knowers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("hauler_tui.sources.page.read", wrong)
    url = knowers.page("/odd", "<title>Odd</title>")
    told = await asked(knowers, [question(1, f"url:{url}", link=url)])
    assert reason_of(told[1]) == "the answer of pages.example could not be read (RecursionError)"


async def test_what_is_no_unicode_costs_one_link(
    knowers: Knowers, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = asking._broken

    def strange(asked_: Asked, error: Exception) -> Broken:
        return real(asked_, type(error)("\udc80"))  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "_broken", strange)
    url = "http://lost.example:9/"
    order = LookupOrder(
        questions=(question(1, f"url:{url}", link=url),),
        settings=SETTINGS,
        services=knowers.services,
        now=NOW,
        rested={},
    )
    output = io.BytesIO()
    await lookupworker.work(order, output, resolve=here)
    (finding,) = decode(output.getvalue())
    assert reason_of(finding) == "the source told what cannot be kept"
