"""Lists of bioRxiv's papers by their addresses and in their answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.errors import SourceError
from hauler_tui.sources.preprintfeeds import subject_of
from hauler_tui.sources.preprintlists import is_of, page_url, read
from tests.sources.preprintserver import EMPTY, Preprint, page_of

NOW = datetime(2026, 5, 8, 12, tzinfo=UTC)
DAY = date(2026, 5, 4)
URL = "https://api.biorxiv.org/details/medrxiv/2026-05-04/2026-05-05/0/json"


def entries_of(papers: Sequence[Preprint]) -> tuple[Entry, ...]:
    """Papers as the API tells of them."""
    return read(page_of(papers).body, url=URL, now=NOW).entries


@pytest.mark.parametrize(
    ("url", "subject"),
    [
        ("https://connect.biorxiv.org/biorxiv_xml.php?subject=zoology", "biorxiv:zoology"),
        ("http://connect.medrxiv.org/medrxiv_xml.php?subject=all", "medrxiv:all"),
        ("https://connect.biorxiv.org/biorxiv_xml.php?subject=a+zoology", "biorxiv:zoology"),
        (
            "https://connect.biorxiv.org/biorxiv_xml.php?subject=ecology%2Bzoology",
            "biorxiv:ecology+zoology",
        ),
        ("https://connect.biorxiv.org/biorxiv_xml.php?subject=all+zoology", "biorxiv:all"),
        ("http://127.0.0.1:8/biorxiv_xml.php?subject=zoology", "biorxiv:zoology"),
        ("https://connect.medrxiv.org/biorxiv_xml.php?subject=zoology", ""),
        ("https://example.org/biorxiv_xml.php?subject=zoology", ""),
        ("https://connect.biorxiv.org/biorxiv_xml.php?subject=plant-biology", ""),
        ("https://connect.biorxiv.org/biorxiv_xml.php", ""),
        ("https://rss.arxiv.org/rss/cs.CL", ""),
    ],
)
def test_a_feed_of_theirs_is_known_by_its_address(url: str, subject: str) -> None:
    assert subject_of(url) == subject


def test_one_subject_is_asked_for_alone_and_several_with_everything() -> None:
    base = "https://api.biorxiv.org/details/"
    days = "2026-05-04/2026-05-05/100/json"
    last = date(2026, 5, 5)
    alone = page_url(base, "medrxiv:neurology", DAY, last, 100)
    assert alone == f"https://api.biorxiv.org/details/medrxiv/{days}?category=neurology"
    for subject in ("biorxiv:all", "biorxiv:ecology+zoology"):
        url = page_url(base, subject, DAY, last, 100)
        assert url == f"https://api.biorxiv.org/details/biorxiv/{days}"


def test_a_record_is_the_paper_that_the_feed_would_have_shown() -> None:
    paper = Preprint("10.64898/2026.05.04.000001", DAY, "plant_biology", version=2)
    (entry,) = entries_of([paper])
    assert entry.aliases == ("doi:10.64898/2026.05.04.000001",)
    assert entry.link == "https://www.medrxiv.org/content/10.64898/2026.05.04.000001v2"
    assert (entry.version, entry.published) == (2, datetime(2026, 5, 4, tzinfo=UTC))
    assert entry.authors == ("D. Kukla", "A. Crampton")


def test_a_page_counts_its_records_and_what_is_no_paper_among_them() -> None:
    said = json.loads(page_of([Preprint("10.1101/1", DAY, "zoology")] * 3, size=1).body)
    said["collection"] += [{"title": "no name"}, {"doi": "10.1101/2"}, 7]
    page = read(json.dumps(said).encode(), url=URL, now=NOW).page
    assert (page.records, page.unread, page.size) == (4, 3, 3)


def test_an_empty_list_is_an_answer_and_counts_nothing() -> None:
    found = read(EMPTY, url=URL, now=NOW)
    assert (found.entries, found.page.records, found.page.size) == ((), 0, None)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<title>Just a moment...</title><div id=challenge-platform>", "a check for browsers"),
        (b"\n<html>maintenance</html>", "a web page instead of papers"),
        (b"", "breaks off"),
        (b"{}", "words that hauler does not know"),
        (b'{"messages": 3, "collection": "all"}', "words that hauler does not know"),
        (b'{"messages":[{"status":"ok"}],"collection":{}}', "“ok”"),
        (b'{"messages":[{"status":"over capacity"}],"collection":[]}', "“over capacity”"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(body: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        read(body, url=URL, now=NOW)


@pytest.mark.parametrize(
    ("category", "belongs"),
    [
        ("Infectious Diseases (except HIV/AIDS)", True),
        ("infectious diseases", True),
        ("Neurology", False),
        ("Brand new subject", True),
        ("", True),
    ],
)
def test_a_paper_that_names_another_subject_is_not_of_this(category: str, belongs: bool) -> None:
    (entry,) = entries_of([Preprint("10.1101/1", DAY, category)])
    assert is_of(entry, "medrxiv:infectious_diseases") is belongs
    assert is_of(entry, "medrxiv:all")
