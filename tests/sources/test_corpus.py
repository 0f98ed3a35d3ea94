"""Every file of the corpus over loopback, where the corpus is at hand."""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, FeedState, Updated
from hauler_tui.library.library import Library
from hauler_tui.sources import opml
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.fetching import fetch_all
from hauler_tui.sources.settings import FetchSettings, Job
from tests.sources.server import Handler, Server

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHARED = Path(os.environ.get("HAULER_SHARED", Path(__file__).parents[2].parent / "shared"))
CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}")


@pytest.mark.skipif("HAULER_CORPUS" not in os.environ, reason="slow: set HAULER_CORPUS to run it")
async def test_every_file_of_the_corpus_has_an_outcome(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file())
    jobs = []
    for number, path in enumerate(files):

        def answer(handler: Handler, path: Path = path) -> None:
            body = path.read_bytes()
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        url = server.add(f"/{number}", answer)
        jobs.append(Job(feed_id=number, url=url, state=FeedState()))
    settings = FetchSettings(allow_private_networks=True)
    outcomes = {outcome.feed_id: outcome async for outcome in fetch_all(jobs, settings, NOW)}
    kinds = Counter(type(outcome) for outcome in outcomes.values())
    assert len(outcomes) == len(files)
    assert kinds[Updated] > 400
    assert list(tmp_path.rglob("*")) == []
    unit = 1024 if sys.platform == "darwin" else 1
    assert 0 < resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 300 * 1024 * unit
    for number, outcome in outcomes.items():
        if isinstance(outcome, Failed):
            error = outcome.state.error or ""
            assert outcome.hint, files[number]
            assert not re.search(r"process|unexpected|could not be read|defies", error), error
        if isinstance(outcome, Updated):
            for entry in outcome.entries:
                assert entry.aliases
                assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", entry.title)
                assert not entry.link or entry.link.startswith(("http://", "https://"))


def test_no_abstract_of_arxiv_is_altered() -> None:
    checked = 0
    for path in sorted((CORPUS / "synth-arxiv").glob("*.xml")):
        tree = ElementTree.parse(path).getroot()
        feed = parse_feed(
            path.read_bytes(),
            url="https://rss.arxiv.org/rss/x",
            content_type="text/xml",
            feed_id=1,
            now=NOW,
        )
        atom = "{http://www.w3.org/2005/Atom}"
        descriptions = [item.findtext("description") for item in tree.iter("item")]
        descriptions += [item.findtext(f"{atom}summary") for item in tree.iter(f"{atom}entry")]
        for text, entry in zip(descriptions, feed.entries, strict=True):
            abstract = (text or "").split("Abstract:", 1)[1]
            assert entry.abstract.split() == abstract.split()
            checked += 1
    assert checked > 2_000


def test_no_abstract_of_arxiv_is_altered_between_feed_and_store(tmp_path: Path) -> None:
    lines = (CORPUS / "arxiv-metadata-4000.jsonl").read_text("utf-8").splitlines()
    papers = [json.loads(line) for line in lines]
    form = (
        "<item><title>{title}</title><link>https://arxiv.org/abs/{id}</link><description>"
        "arXiv:{id}v1 Announce Type: new \nAbstract: {abstract}</description>"
        "<guid isPermaLink='false'>oai:arXiv.org:{id}v1</guid></item>"
    )
    items = "".join(
        form.format(**{name: escape(paper[name]) for name in ("id", "title", "abstract")})
        for paper in papers
    )
    body = (
        "<rss version='2.0' xmlns:arxiv='http://arxiv.org/schemas/atom'><channel>"
        f"<title>cs.CL updates on arXiv.org</title>{items}</channel></rss>"
    )
    url = "https://rss.arxiv.org/rss/x"
    feed = parse_feed(body.encode(), url=url, content_type=None, feed_id=1, now=NOW)
    with Library.open(tmp_path / "library") as library:
        library.items.absorb(feed.entries, feed_id=None, at=NOW)
    with Library.open(tmp_path / "library", writing=False) as library:
        for paper in papers:
            entry = library.items.get(library.items.find(f"arxiv:{paper['id']}")).entry
            assert entry.abstract.split() == paper["abstract"].split()
            assert entry.title.split() == paper["title"].split()
    assert len(papers) == 4_000


def test_every_feed_of_every_opml_file_is_found_well_formed_or_not() -> None:
    files = [
        path
        for path in sorted(CORPUS.rglob("*"))
        if path.is_file() and b"<opml" in path.read_bytes()[:2_000].lower()
    ]
    assert len(files) > 50
    for path in files:
        named = len(re.findall(rb"\sxmlurl\s*=", path.read_bytes(), re.IGNORECASE))
        found = [one for one in opml.read(path.read_bytes()) if one.address]
        assert len(found) >= named, path
        assert all(one.title or one.address for one in found)
        again = opml.read(opml.write(found, title="x", at=NOW).encode())
        assert sorted(map(repr, again)) == sorted(map(repr, found)), path


def test_every_answer_of_arxivs_query_api_gives_papers_with_versions() -> None:
    files = sorted((CORPUS / "recorded").glob("lukasschwab*200.xml"))
    papers: list[Entry] = []
    for path in files:
        body = path.read_bytes()
        feed = parse_feed(
            body, url="https://export.arxiv.org/api/query", content_type=None, feed_id=1, now=NOW
        )
        assert len(feed.entries) == body.count(b"<entry>")
        papers += feed.entries
    assert len(papers) > 100
    assert all(paper.aliases[0].startswith("arxiv:") for paper in papers)
    assert all(paper.version and paper.authors and paper.categories for paper in papers)
    assert any("(LRI)" in name for paper in papers for name in paper.authors)


def test_every_day_of_hugging_face_gives_papers_of_arxiv() -> None:
    for path in sorted((CORPUS / "recorded").glob("*hf_papers.json")):
        feed = parse_feed(
            path.read_bytes(), url="https://x.example/", content_type=None, feed_id=1, now=NOW
        )
        assert len(feed.entries) == 30
        assert all(paper.aliases[0].startswith("arxiv:") for paper in feed.entries)
