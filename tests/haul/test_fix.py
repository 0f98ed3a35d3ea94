"""``--fix``: what is mechanical is mended, and not a character beside it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul.check import check_text
from hauler_tui.haul.findings import CODES, Finding
from hauler_tui.haul.fix import Mended, mend
from hauler_tui.haul.known import Known
from hauler_tui.haul.parse import parse
from tests.haul.posts import example, notes, patient, posts, texts
from tests.haul.test_check import GOOD

TITLES = (
    "Braids & bars", "Eddies &amp; pools", r"On $\alpha$-silt", "p < q", "Silt", "Weirs",
    r"\emph{Streams}", "A $", "Ünder", "R&D &lt; x", "&&", "Two\n    lines", "", "<b>Bold</b> & x",
)  # fmt: skip
LINKS = (
    "https://arxiv.org/abs/2501.0000{}", "https://arxiv.org/pdf/2501.0000{}v2",
    "http://arxiv.org/abs/2501.0000{}v1", "https://example.org/{}?utm_source=a&b=2",
    "https://example.org/{}?utm_source=a&amp;b=2", "https://example.org/{}.pdf?ref=x",
    "https://x.com/a/status/12{}?s=20",
    "https://www.biorxiv.org/content/10.1101/2025.01.06.59771{}v1.full.pdf",
)  # fmt: skip
ABSTRACTS = (
    "", "<p>Short.</p>", "<p>\nWords & words < more words.\n    </p>",
    "<p>" + "word &amp; " * 30 + "</p>", "<p>\n" + "one two\n" * 40 + "</p>",
    "<p>first</p>\n<p>" + "second " * 30 + "</p>", "\n\n  <p>Blank.</p>",
)  # fmt: skip


@st.composite
def faulty(draw: st.DrawFn) -> str:
    """An issue with faults that are mended mechanically, and any notes."""
    count = draw(st.integers(1, 6))
    colon = draw(st.sampled_from(("River Log ~8", "River: Log ~8", '"River: Log ~8"')))
    parts = [f"---\ntitle: {colon}\ndate: 2025-01-01\nsnippet: 9 new papers\n---\n\n## Papers"]
    for number in range(count):
        link = draw(st.sampled_from(LINKS)).format(number)
        title, abstract = draw(st.sampled_from(TITLES)), draw(st.sampled_from(ABSTRACTS))
        card = f'<blockquote>\n<a href="{link}">\n<h4>{title}</h4>\n{abstract}\n</a>\n</blockquote>'
        parts.append(card + "\n\n" + draw(notes))
    post = "\n\n<hr/>\n\n".join(parts).replace("## Papers\n\n<hr/>", "## Papers")
    return post.replace("\n", draw(st.sampled_from(("\n", "\r\n"))))


def mended(text: str) -> Mended:
    return mend(text, check_text)


@patient
@given(faulty() | posts() | texts)
def test_nothing_mechanical_is_left_and_fixing_again_changes_nothing(text: str) -> None:
    once = mended(text)
    assert not [one for one in once.left if one.edits]
    assert once.left == check_text(once.text)
    again = mended(once.text)
    assert (again.text, again.fixed) == (once.text, ())
    assert bool(once.fixed) == (once.text != text)


@patient
@given(faulty())
def test_no_note_and_no_prose_is_ever_changed(text: str) -> None:
    before, after = parse(text), parse(mended(text).text)
    assert sorted(card.text for card in before.cards) == sorted(card.text for card in after.cards)
    assert [part.text for part in before.sections] == [part.text for part in after.sections]
    assert after.tail == before.tail


@patient
@given(faulty())
def test_what_no_finding_is_about_stays_byte_for_byte(text: str) -> None:
    """Every stretch that changed lies in an edit of the findings, round by round."""
    rounds: list[str] = []

    def watching(current: str) -> tuple[Finding, ...]:
        rounds.append(current)
        return check_text(current)

    mend(text, watching)
    for old, new in pairwise(rounds):
        edits = [one for finding in check_text(old) for one in finding.edits]
        if not edits:
            continue  # cards were moved, of which another test tells
        kept, at = [], 0
        for one in sorted(edits, key=lambda one: one.start):
            kept.append(old[at : max(at, one.start)])
            at = max(at, one.end)
        pattern = ".*".join(re.escape(stretch) for stretch in (*kept, old[at:]))
        assert re.fullmatch(pattern, new, re.DOTALL)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("&amp; bars", "& bars"),
        ("3 new papers", "30 new papers"),
        ("<h4>Eddies", "\n  \n<h4>Eddies"),
        ("https://arxiv.org/abs/2501.00001", "http://www.arxiv.org/pdf/2501.00001v3.pdf"),
        ("report?page=2&part=3", "report?page=2&utm_campaign=x&part=3"),
    ],
)
def test_a_fault_made_is_a_fault_mended(good: str, bad: str) -> None:
    done = mended(GOOD.replace(good, bad))
    assert done.text == GOOD.replace(
        "page=2&part", "page=2&amp;part" if "report" in good else "page=2&part"
    )
    assert len(done.fixed) == 1
    assert done.left == ()


def test_every_code_that_is_mended_says_so() -> None:
    text = GOOD.replace("Short.", "word & " * 40).replace("2501.00001", "2501.00001v2")
    for finding in check_text(text.replace("Eddies", r"Z $\alpha$").replace(" 3 new", " 4 new")):
        assert CODES[finding.code].is_fixed == finding.is_fixable, finding


def test_a_title_with_a_colon_is_quoted() -> None:
    done = mended(GOOD.replace("title: River Log", "title: River: a Log"))
    assert done.text == GOOD.replace("title: River Log ~8", 'title: "River: a Log ~8"')
    tabs = "---\ntitle: x\n\tb: [\n---\n"
    assert mended(tabs).text == tabs


def test_cards_that_changed_places_go_back() -> None:
    text = example("ml-arxiv-26.md")
    head, *cards = text.split("\n\n<hr/>\n\n")
    cards[2], cards[9] = cards[9], cards[2]
    done = mended("\n\n<hr/>\n\n".join([head, *cards]))
    assert done.text == text
    assert [finding.code for finding in done.fixed] == ["order", "order"]


def test_a_series_decides_how_long_abstracts_may_be() -> None:
    text = GOOD.replace("Short.", ("word " * 30).strip())
    short = mend(text, lambda current: check_text(current, Known(abstract_length=20))).text
    assert "\nword word word word…\n    </p>" in short


def test_cards_that_no_rule_parts_get_none_when_they_are_put_in_order() -> None:
    text = GOOD.replace("<hr/>\n\n", "", 1).replace("<hr/>\n", "\n").replace("Eddies", "Zebras")
    assert "<hr" not in text
    once = mended(text)
    assert [one.code for one in once.fixed] == ["order"]
    assert "<hr" not in once.text
    assert once.left == ()


@pytest.mark.parametrize("value", ["[a, b", "{a: b"])
def test_a_list_whose_bracket_is_left_open_is_left_to_the_author(value: str) -> None:
    text = f"---\ntitle: On tags\ndate: 2024-03-04\ntags: {value}\n---\n\nWords.\n"
    mended = mend(text, check_text)
    assert mended.text == text
    assert [one.code for one in mended.left] == ["front-matter"]
    other = text.replace("On tags", "Tags: a list").replace(value, "[a,\n  b]")
    assert 'title: "Tags: a list"' in mend(other, check_text).text
    closed = text.replace(value, "[Draft] of it")
    assert 'tags: "[Draft] of it"' in mend(closed, check_text).text
