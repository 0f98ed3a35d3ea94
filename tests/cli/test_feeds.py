"""``feeds`` and ``refresh``, against a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.conftest import Run

RSS = b"""<?xml version="1.0"?>
<rss version="2.0"><channel><title>Beetles today</title><link>https://example.org/</link>
<description>All of them</description>
<item><title>One beetle</title><link>https://example.org/one</link></item>
<item><title>Two beetles</title><link>https://example.org/two</link></item>
</channel></rss>"""


LINK = '<link rel="alternate" type="application/{}+xml" title="{}" href="{}">'
PAGES = {
    "/page.html": b"<html><body>No feed</body></html>",
    "/blog": (
        "<html>" + LINK.format("rss", "Beetles", "/feed.xml") + LINK.format("rss", "Comments", "/c")
    ).encode(),
    "/many": (
        "<html>" + LINK.format("rss", "Bees", "/bees") + LINK.format("rss", "Ants", "/ants")
    ).encode(),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/busy":
            self.send_response(429)
            self.send_header("Retry-After", "3600")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = {"/feed.xml": RSS, "/plain": RSS, **PAGES}.get(self.path)
        is_known = self.headers.get("If-None-Match") == '"v1"' and body is not None
        self.send_response(304 if is_known else 404 if body is None else 200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", "0" if is_known or body is None else str(len(body)))
        self.end_headers()
        if body is not None and not is_known:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server with a feed, a page that is none, and nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{made.server_port}"
        finally:
            made.shutdown()
            thread.join()


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local addresses may be fetched."""
    monkeypatch.setenv("HAULER_ALLOW_PRIVATE_NETWORKS", "1")


def test_feeds_are_added_listed_edited_and_removed(run: Run) -> None:
    urls = ("arxiv:cs.CL", "https://example.org/a.xml")
    added = run("feeds", "add", *urls, "--no-fetch", "--tag", "nlp", "--json")
    first, second = added.json
    assert first == {
        "id": first["id"],
        "url": "https://rss.arxiv.org/rss/cs.CL",
        "title": "",
        "tags": ["nlp"],
        "due": True,
        "error": None,
    }
    run("feeds", "edit", str(second["id"]), "--title", "Beetles", "--tag", "b", "--untag", "nlp")
    listed = run("feeds", "list", "--json").json
    assert (listed[1]["title"], listed[1]["tags"]) == ("Beetles", ["b"])
    assert "Beetles" in run("feeds", "list").out
    run("feeds", "remove", "https://example.org/a.xml")
    assert [feed["id"] for feed in run("feeds", "list", "--json").json] == [first["id"]]
    run("undo")
    assert len(run("feeds", "list", "--json").json) == 2


def test_the_same_feed_twice_in_one_command_is_one(run: Run) -> None:
    assert len(run("feeds", "add", "arxiv:cs.CL", "arxiv:cs.CL").out.splitlines()) == 1


def test_the_same_feed_again_is_told_and_not_added(run: Run) -> None:
    run("feeds", "add", "arxiv:cs.CL")
    assert run("feeds", "add", "arxiv:cs.CL").out.startswith("already there")
    assert len(run("feeds", "list", "--json").json) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1/feed", "http://[::1]/", "http://10.0.0.1/x"])
def test_a_private_address_is_refused_in_a_sentence(run: Run, url: str) -> None:
    ran = run("feeds", "add", "https://example.org/fine.xml", url, code=1)
    assert ran.err.startswith("error: ")
    assert "hint: " in ran.err
    assert run("feeds", "list", "--json").json == []


def test_nonsense_is_refused_with_a_hint(run: Run) -> None:
    assert "hint: " in run("feeds", "add", "beetles", code=1).err
    assert "hint: " in run("feeds", "edit", "1", code=2).err
    assert "no feed" in run("feeds", "remove", "7", code=1).err


def test_refresh_fetches_what_is_due_and_reports_each_feed(
    run: Run, server: str, allowed: None
) -> None:
    unasked = (f"{server}/page.html", f"{server}/missing", "--no-fetch")
    run("feeds", "add", f"{server}/feed.xml", *unasked)
    ran = run("refresh", "--json")
    feeds = {feed["url"].rpartition("/")[2]: feed for feed in ran.json["feeds"]}
    assert set(feeds["feed.xml"]) == {"id", "url", "outcome", "new", "changed", "error"}
    assert feeds["feed.xml"]["outcome"] == "updated"
    assert feeds["feed.xml"]["new"] == 2
    assert feeds["page.html"]["outcome"] == "failed"
    assert feeds["missing"]["error"]
    assert ran.json["totals"] == {
        "feeds": 3, "updated": 1, "unchanged": 0, "waiting": 0, "failed": 2, "new": 2, "changed": 0,
    }  # fmt: skip
    assert "[3/3]" in ran.err
    assert {item["title"] for item in run("items", "--json").json} == {"One beetle", "Two beetles"}
    listed = run("feeds", "list", "--json").json
    assert listed[0]["title"] == "Beetles today"
    assert listed[0]["due"] is False
    assert listed[1]["error"]


def test_a_second_refresh_waits_and_a_forced_one_is_conditional(
    run: Run, server: str, allowed: None
) -> None:
    run("feeds", "add", f"{server}/feed.xml")
    run("refresh")
    waiting = run("refresh", "--json").json
    assert waiting["feeds"][0]["outcome"] == "waiting"
    assert run("refresh", "1", "--force", "--json").json["totals"]["unchanged"] == 1


def test_a_server_that_asks_for_patience_gets_it_and_the_reason_is_told(
    run: Run, server: str, allowed: None
) -> None:
    run("feeds", "add", f"{server}/busy", "--no-fetch")
    assert "429" in run("refresh").err
    assert "waiting" in run("feeds", "list").out
    assert run("refresh", "--force", "--json").json["totals"]["waiting"] == 1


def test_a_feed_asked_for_by_name_that_is_not_asked_tells_why_until_when_and_what_helps(
    run: Run, server: str, allowed: None
) -> None:
    run("feeds", "add", f"{server}/missing", "--no-fetch")
    run("feeds", "add", f"{server}/busy", "--no-fetch")
    run("feeds", "add", f"{server}/feed.xml")
    run("refresh")
    missing = run("refresh", "1").err
    assert f"{server}/missing waits until 20" in missing
    assert f"there is no {server}/missing (404); --force asks now" in missing
    busy = run("refresh", "2").err
    assert "(429)" in busy
    assert "--force" not in busy
    assert ": it is not due; --force asks now" in run("refresh", "3").err
    (told,) = run("refresh", "1", "--json").json["feeds"]
    assert (told["outcome"], told["error"]) == ("waiting", f"there is no {server}/missing (404)")
    assert run("refresh").err == ""


def test_refresh_fails_only_when_everything_due_failed(
    run: Run, server: str, allowed: None
) -> None:
    assert "0 feeds" in run("refresh").out
    run("feeds", "add", f"{server}/missing", "--no-fetch")
    assert run("refresh", code=1).out.startswith("1 feed: 1 failed")
    assert "no feed" in run("refresh", "99", code=1).err


def test_a_feed_that_became_private_fails_at_fetch(
    run: Run, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAULER_ALLOW_PRIVATE_NETWORKS", "1")
    run("feeds", "add", f"{server}/feed.xml")
    monkeypatch.setenv("HAULER_ALLOW_PRIVATE_NETWORKS", "0")
    report = run("refresh", "--json", code=1).json
    assert "127.0.0.1" in report["feeds"][0]["error"]


def test_a_page_is_asked_for_its_own_feed(run: Run, server: str, allowed: None) -> None:
    (feed,) = run("feeds", "add", f"{server}/blog", "--json").json
    assert feed["url"] == f"{server}/feed.xml"
    assert run("feeds", "add", f"{server}/plain", "--json").json[0]["url"] == f"{server}/plain"


def test_a_page_with_several_feeds_is_misuse_that_names_the_choices(
    run: Run, server: str, allowed: None
) -> None:
    ran = run("feeds", "add", f"{server}/many", code=2)
    assert ran.err.startswith("error: of the feeds of ")
    assert f"{server}/bees (Bees); {server}/ants (Ants)" in ran.err
    assert run("feeds", "list", "--json").json == []


@pytest.mark.parametrize("page", ["page.html", "busy", "missing"])
def test_a_page_without_a_feed_is_an_error_and_adds_nothing(
    run: Run, server: str, allowed: None, page: str
) -> None:
    ran = run("feeds", "add", f"{server}/feed.xml", f"{server}/{page}", code=1)
    assert ran.err.startswith("error: ")
    assert "hint: " in ran.err
    assert (f"hauler add {server}/{page}" in ran.err) is (page != "missing")
    assert run("feeds", "list", "--json").json == []


def test_discover_lists_what_a_page_names_and_marks_what_add_takes(
    run: Run, server: str, allowed: None
) -> None:
    ran = run("feeds", "discover", f"{server}/blog")
    assert ran.out == f"*  rss  {server}/feed.xml  Beetles\n   rss  {server}/c         Comments\n"
    assert "hauler feeds add" in ran.err
    assert run("feeds", "discover", f"{server}/many", "--json").json == [
        {"title": "Bees", "type": "rss", "url": f"{server}/bees", "main": False},
        {"title": "Ants", "type": "rss", "url": f"{server}/ants", "main": False},
    ]
    assert "names none" in run("feeds", "discover", f"{server}/page.html", code=1).err


def test_where_there_is_no_feed_or_it_is_known_nobody_is_asked(run: Run) -> None:
    ran = run("feeds", "discover", "https://x.com/someone", code=1)
    assert (
        ran.err
        == "error: X (Twitter) has no feed\nhint: capture single links with: hauler add LINK\n"
    )
    found = run("feeds", "discover", "https://github.com/a/b", "--json").json
    assert found == [
        {"title": "", "type": "", "url": "https://github.com/a/b/releases.atom", "main": True}
    ]
