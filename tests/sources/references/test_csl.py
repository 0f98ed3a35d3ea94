from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hauler_tui.domain.reference import Reference, References
from hauler_tui.errors import SourceError
from hauler_tui.sources.references import csl
from tests.factories import NOW


def read(*items: Any) -> References:
    return csl.read(json.dumps(items), now=NOW)


def only(**fields: Any) -> Reference:
    (one,) = read({"type": "article", "title": "T", **fields}).found
    return one


def test_an_item_gives_everything_it_says() -> None:
    one = only(
        title="On H<sub>2</sub>O &amp; <i>more</i>",
        author=[
            {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
            {"family": "King", "given": "Martin", "suffix": "Jr."},
            {"literal": "ATLAS Collaboration"},
        ],
        issued={"date-parts": [["2019", 3]]},
        DOI="10.1000/ABC",
        URL="https://e.org/x",
        abstract="What it is about.",
        keyword="deep learning, proteins",
        **{"container-title": "Annals"},
    )
    assert one.entry.title == "On H2O & more"
    assert one.entry.authors == ("Ludwig van Beethoven", "Martin King Jr.", "ATLAS Collaboration")
    assert one.entry.published == datetime(2019, 3, 1, tzinfo=UTC)
    assert one.entry.aliases == ("doi:10.1000/abc", "url:https://e.org/x")
    assert (one.entry.journal, one.entry.doi) == ("Annals", "10.1000/abc")
    assert one.tags == ("deep-learning", "proteins")


def test_zoteros_extra_names_the_work_and_keeps_only_what_a_person_wrote() -> None:
    one = only(note="arXiv:1706.03762 [cs]\nPMID: 123\nCitation Key: vaswani\nRead this twice.")
    assert one.entry.aliases == ("arxiv:1706.03762", "pmid:123")
    assert one.note == "Read this twice."


def test_zoteros_own_json_is_read_with_tags_and_notes() -> None:
    text = json.dumps(
        {
            "items": [
                {"itemType": "attachment", "title": "PDF"},
                {
                    "itemType": "preprint",
                    "title": "T",
                    "creators": [
                        {"creatorType": "author", "firstName": "Ada", "lastName": "Byron"},
                        {"creatorType": "editor", "name": "Somebody"},
                    ],
                    "archiveID": "arXiv:1706.03762",
                    "dateAdded": "2020-01-02T03:04:05Z",
                    "tags": [{"tag": "to read"}],
                    "notes": [{"note": "<p>Mine</p>"}],
                },
            ]
        }
    )
    (one,) = csl.read(text, now=NOW).found
    assert one.entry.aliases == ("arxiv:1706.03762",)
    assert one.entry.authors == ("Ada Byron",)
    assert one.entry.published == datetime(2020, 1, 2, tzinfo=UTC)
    assert (one.tags, one.note) == (("to-read",), "Mine")


@pytest.mark.parametrize(
    "issued",
    [None, 3, "soon", {}, {"date-parts": []}, {"date-parts": [[None]]}, {"date-parts": [[-44]]}],
)
def test_a_date_of_any_shape_that_says_nothing_is_none(issued: object) -> None:
    assert only(issued=issued, author="nobody", tags=3, notes={}).entry.published is None


def test_an_item_of_another_kind_is_left_out_and_stops_no_other() -> None:
    read_back = read({"type": "book", "title": "A"}, 3, {"type": "book", "id": "empty"}, None)
    assert [one.entry.title for one in read_back.found] == ["A"]
    assert [one.title for one in read_back.left_out] == ["item 2", "empty", "item 4"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[\n{"type": "book", "title": ', "not whole: its JSON breaks in line 2"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1}]}', "no bibliography"),
        ('[{"a": 1}]', "no bibliography"),
        ('{"a": 1}', "no bibliography"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_json_that_is_no_bibliography_is_refused_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        csl.read(text, now=NOW)
