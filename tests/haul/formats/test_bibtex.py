"""BibTeX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul.formats.bibtex import bibtex
from hauler_tui.haul.formats.issue import Issue
from tests.haul.formats.conftest import PAPER, TEXT

MakeIssue = Callable[..., Issue]


def _fields(written: str) -> dict[str, str]:
    """The fields of the first entry, as BibTeX takes them apart: by the balance of braces."""
    fields: dict[str, str] = {}
    at = written.index(",") + 1
    while (sign := written.find("=", at)) >= 0 and "}" not in written[at:sign]:
        name = written[at:sign].strip()
        start = end = written.index("{", sign) + 1
        depth = 1
        while depth:
            depth += {"{": 1, "}": -1}.get(written[end], 0)
            end += 1
        fields[name] = written[start : end - 1]
        at = written.index(",", end) + 1
    return fields


def test_a_preprint_keeps_its_tex_and_is_escaped_around_it(make_issue: MakeIssue) -> None:
    assert bibtex(make_issue()).startswith("@misc{muller2024gpt,\n")
    assert _fields(bibtex(make_issue())) == {
        "title": "{GPT} \\& the $\\alpha$-helix: a <new> way of 100\\% {\\L}ukasz",
        "author": "Łukasz Müller and {ATLAS Collaboration} and Ng, A.",
        "year": "2024",
        "month": "jun",
        "eprint": "2406.05540",
        "archiveprefix": "arXiv",
        "primaryclass": "q-bio.BM",
        "doi": "10.1234/x_y",
        "url": "https://arxiv.org/abs/2406.05540",
    }


def test_a_link_of_which_nothing_is_known_is_an_entry_too(make_issue: MakeIssue) -> None:
    last = bibtex(make_issue()).rpartition("@")[2]
    assert last == "misc{essay,\n  title = {An essay},\n  url = {https://example.org/essay},\n}\n"


def test_a_paper_in_a_journal_is_an_article(make_issue: MakeIssue) -> None:
    issue = make_issue()
    printed = replace(issue.papers[0], entry=replace(PAPER, journal="Nature 1 (2025)"))
    written = bibtex(replace(issue, papers=(printed,)))
    assert written.startswith("@article{")
    assert _fields(written)["journal"] == "Nature 1 (2025)"


def test_what_a_card_tells_of_its_paper_is_not_the_date_of_its_issue(
    make_issue: MakeIssue,
) -> None:
    issue = make_issue(TEXT.replace("2406.05540", "2311.07590"))
    assert "year = {2023}" in bibtex(issue)
    card = replace(PAPER, aliases=("url:x.org/y",), origin="card")
    assert "year" not in bibtex(replace(issue, papers=(replace(issue.papers[0], entry=card),)))


def test_two_papers_never_share_a_key_and_one_work_stands_once(make_issue: MakeIssue) -> None:
    issue = make_issue()
    paper = issue.papers[0]
    twice = replace(issue, papers=(paper, paper, replace(paper, key="arxiv:9")))
    written = bibtex(twice)
    assert written.count("@misc{muller2024gpt,") == 1
    assert written.count("@misc{muller2024gpt-2,") == 1
    assert written.count("@misc") == 2


@pytest.mark.parametrize(
    ("title", "written"),
    [
        (r"^hat \back", r"\^{}hat \textbackslash{}back"),
        ("~10k of Fig.~3", r"\textasciitilde{}10k of Fig.\textasciitilde{}3"),
        ("a~tie", "a~tie"),
        (r"a \ b \\", r"a \textbackslash{} b \\"),
        ("a {b", r"a \textbraceleft{}b"),
        (r"a} \{b}", r"a\textbraceright{} \{b}"),
        ("ends \\", r"ends \textbackslash{}"),
        (r"Schr\"odinger, {\L}uk, \'e, \^o and $x^2_1 \back$", None),
        (r"\emph{x} \& \alpha", None),
    ],
)
def test_what_tex_would_stumble_over_is_escaped_and_tex_kept(
    make_issue: MakeIssue, title: str, written: str | None
) -> None:
    issue = make_issue()
    papers = (replace(issue.papers[0], entry=replace(PAPER, title=title)),)
    assert _fields(bibtex(replace(issue, papers=papers)))["title"] == (written or title)


@given(title=st.text(alphabet="ab {}$\\%&_#~^\n", min_size=1), author=st.text(alphabet="aB{} ,&"))
def test_whatever_a_title_holds_the_fields_end_where_they_should(title: str, author: str) -> None:
    from hauler_tui.haul.formats.issue import Paper
    from hauler_tui.haul.model import CardBlock, Document

    card = CardBlock(
        lead="", quote="", gap="", text="", link="https://a.org/b", title="t", abstract=""
    )
    entry = replace(PAPER, title=title, authors=(author,))
    issue = Issue(
        slug="x",
        title="x",
        text="",
        document=Document(),
        papers=(Paper(card=card, lane="", key="k", entry=entry),),
    )
    fields = _fields(bibtex(issue))
    assert fields["url"] == "https://a.org/b"
    assert list(fields)[:2] == ["title", "author"]
