"""Addresses of cards that no browser finds, and those that only look so."""

from __future__ import annotations

import pytest

from hauler_tui.haul.check import check_text
from hauler_tui.haul.checklink import link_fault
from hauler_tui.haul.fix import mend
from tests.haul.test_check import GOOD, changed

LINK = "https://arxiv.org/abs/2501.00001"


@pytest.mark.parametrize(
    "written",
    [
        "arxiv.org/abs/2501.00001",
        "https//arxiv.org/abs/2501.00001",
        "https:/arxiv.org/abs/2501.00001",
        "htps://arxiv.org/abs/2501.00001",
        "ttps://arxiv.org/abs/2501.00001",
        "hhttps://arxiv.org/abs/2501.00001",
        "https://arxiv.org/abs/2501.00001)",
        "arxiv.org/abs/2501.00001]",
        "arXiv:2501.00001",
    ],
)
def test_a_link_that_leads_nowhere_is_an_error_that_is_mended(written: str) -> None:
    text = changed(LINK, written)
    (finding,) = check_text(text)
    assert (finding.line, finding.code, finding.severity) == (17, "no-link", "error")
    assert written in finding.message
    assert mend(text, check_text).text == GOOD


@pytest.mark.parametrize("written", ["#", "https://", "https://https://arxiv.org/", "http:// a.b/"])
def test_a_link_that_nobody_can_mend_is_left_to_the_author(written: str) -> None:
    text = changed(LINK, written)
    assert [one.code for one in check_text(text)] == ["no-link"]
    assert mend(text, check_text).text == text


def test_a_doi_alone_is_written_as_its_address() -> None:
    fault = link_fault("10.1101/2025.01.06.597716")
    assert fault is not None
    assert fault[2] == "https://doi.org/10.1101/2025.01.06.597716"


@pytest.mark.parametrize(
    "link",
    [
        "https://en.wikipedia.org/wiki/Bar_(river)",
        "https://münchen.example/a",
        "http://localhost:8000/x",
        "http://[::1]/x",
        "//example.org/x",
        "/ml-arxiv-24",
        "../ml-arxiv-24",
        "report.html",
        "#below",
        "mailto:a@example.org",
        "https://user@example.org:80/?a=(b)",
    ],
)
def test_an_address_that_a_browser_finds_is_left_in_peace(link: str) -> None:
    assert link_fault(link) is None
