"""Capturing links, and looking up what they are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence

import pytest

from hauler_tui.domain.feed import Outcome, Unchanged
from hauler_tui.domain.lookup import Finding, Held, Question, Unknown
from hauler_tui.library.library import Library
from hauler_tui.sources import fetching, lookups, settings
from hauler_tui.sources.settings import Job
from tests.cli.conftest import Run
from tests.lookups import answering, paper
from tests.queue_document import queue_document
from tests.sources.knowers import Knowers
from tests.sources.server import serving

LINK = "https://arxiv.org/abs/2605.00007"
REAL = lookups.look_up_all


def unknown(question: Question) -> Finding:
    return Unknown(
        item_id=question.item_id,
        host="arxiv.org",
        reason="arXiv has no paper 2605.00007",
        hint="check its number",
    )


def test_links_are_looked_up_after_they_are_captured(
    run: Run, monkeypatch: pytest.MonkeyPatch, library: Callable[..., Library]
) -> None:
    def knowing(question: Question) -> Finding:
        with library() as opened:
            assert opened.items.get(question.item_id).key == "arxiv:2605.00007"
        return paper(question)

    asked = answering(monkeypatch, knowing)
    ran = run("add", LINK)
    assert ran.out == "added  arxiv:2605.00007  About 2605.00007\n"
    assert ran.err == "1 of 1 link looked up\n"
    assert run("add", LINK, "--json").json["known"] == 1
    assert len(asked) == 1


def test_nobody_is_asked_with_no_fetch_and_refresh_does_it_later(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, paper)
    ran = run("add", LINK, "--no-fetch")
    assert (asked, ran.err) == ([], "")
    assert "not looked up yet" in run("show", LINK).out
    shown = run("show", LINK, "--json").json
    assert shown["lookup"] == {
        "reason": None,
        "hint": None,
        "tries": 0,
        "due": None,
        "gave_up": False,
    }
    ran = run("refresh")
    assert "1 of 1 link looked up" in ran.err
    shown = run("show", LINK, "--json").json
    assert (shown["title"], shown["lookup"]) == ("About 2605.00007", None)


def test_without_a_network_everything_is_captured_all_the_same(run: Run) -> None:
    ran = run("add", LINK, "https://example.org/a", "--json")
    assert (ran.json["added"], len(ran.json["items"])) == (2, 2)
    assert ran.err.splitlines() == [
        "no network: 2 links stay to be looked up later",
        "hint: hauler refresh goes on with them when they are due",
    ]
    shown = run("show", LINK).out
    assert "not resolved yet: the name arxiv.org cannot be looked up; again from" in shown


def test_what_could_not_be_resolved_is_told_with_its_reason_and_stays(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, unknown)
    ran = run("add", LINK)
    assert ran.out == f"added  arxiv:2605.00007  {LINK}\n"
    assert ran.err.splitlines() == [
        "0 of 1 link looked up, 1 not to be resolved",
        "  arXiv has no paper 2605.00007; check its number",
    ]
    assert "not resolved yet: arXiv has no paper 2605.00007" in run("show", LINK).out
    assert run("show", LINK, "--json").json["lookup"]["tries"] == 1


def test_a_host_that_asks_for_peace_leaves_links_for_later(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(question: Question) -> Finding:
        return Held(item_id=question.item_id, host="arxiv.org", reason="arxiv.org asks for peace")

    answering(monkeypatch, held)
    ran = run("add", LINK)
    first, reason, hint = ran.err.splitlines()
    assert first == "0 of 1 link looked up, 1 later"
    assert reason.startswith("  arxiv.org asks for peace; again from 20")
    assert hint == "hint: hauler refresh goes on with them when they are due"
    asked = answering(monkeypatch, paper)
    assert run("refresh").err == ""
    assert asked == []


def test_ctrl_c_keeps_what_was_captured_and_what_came(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def knowing(question: Question) -> Finding:
        if question.item_id == 2:
            raise KeyboardInterrupt
        return paper(question)

    answering(monkeypatch, knowing)
    ran = run("add", LINK, "https://example.org/a", code=130)
    assert "1 link to look up later: hauler refresh goes on" in ran.err
    items = run("items", "--json").json
    assert {item["title"] for item in items} == {"", "About 2605.00007"}


def test_named_feeds_are_refreshed_without_the_links(
    run: Run, monkeypatch: pytest.MonkeyPatch, papers: tuple[str, ...]
) -> None:
    async def fetch_all(
        jobs: Sequence[Job], *_: object, **__: object
    ) -> AsyncGenerator[Outcome, None]:
        for job in jobs:
            yield Unchanged(feed_id=job.feed_id, state=job.state)

    monkeypatch.setattr(fetching, "fetch_all", fetch_all)
    asked = answering(monkeypatch, paper)
    run("add", LINK, "--no-fetch")
    run("refresh", "1")
    assert asked == []
    run("refresh", "--force")
    assert len(asked) == 1


def test_many_reasons_are_cut_short(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def strange(question: Question) -> Finding:
        reason = f"reason {question.item_id}"
        return Unknown(item_id=question.item_id, host="h", reason=reason, for_good=True)

    answering(monkeypatch, strange)
    ran = run("add", *(f"https://example.org/{n}" for n in range(8)))
    assert ran.err.splitlines()[-1] == "  and 3 more reasons"
    assert "could not be resolved: reason 1" in run("show", "https://example.org/0").out


def test_a_pasted_document_is_captured_and_looked_up_from_real_servers(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [key for key in queue_document(40)[1] if key.startswith("arxiv:")]
    with serving() as server:
        knowers = Knowers(server, is_local=True)
        knowers.papers = {key.removeprefix("arxiv:"): f"Title of {key}" for key in keys}
        services = knowers.services

        def at_the_server(*questions: object, **rest: object) -> object:
            return REAL(*questions, **rest)  # type: ignore[arg-type]

        monkeypatch.setattr(lookups, "look_up_all", at_the_server)
        monkeypatch.setattr(settings, "Services", lambda **_: services)
        monkeypatch.setenv("HAULER_ALLOW_PRIVATE_NETWORKS", "1")
        links = " ".join(key.replace("arxiv:", "https://arxiv.org/abs/") for key in keys)
        ran = run("add", "-", "--json", stdin=links)
        assert ran.json["added"] == 40
        assert {item["title"] for item in ran.json["items"]} == {f"Title of {k}" for k in keys}
        assert [len(batch) for batch in knowers.batches] == [40]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"\x7fELF\x00\xff" * 100, "stdin is not UTF-8 text: byte 0xff", id="binary"),
        pytest.param(b"https://a.example " * 3_000_000, "stdin is longer than 16 MB", id="long"),
        pytest.param(b"\x00" * 1_000, "no link, arXiv id or DOI in “stdin”", id="zeros"),
    ],
)
def test_a_document_that_is_no_text_or_far_too_long_is_refused(
    run: Run, data: bytes, says: str
) -> None:
    ran = run("add", "-", stdin=data, code=1)
    assert ran.err.startswith(f"error: {says}")
    assert run("items", "--json").json == []


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_document_in_another_encoding_gives_its_links(run: Run, encoding: str) -> None:
    document = "Müller’s paper: https://arxiv.org/abs/2406.13121".encode(encoding)
    ran = run("add", "-", "--no-fetch", "--json", stdin=document)
    assert [item["key"] for item in ran.json["items"]] == ["arxiv:2406.13121"]
