"""What the check finds in a text, and what it leaves in peace."""

from __future__ import annotations

import pytest
from hypothesis import given

from hauler_tui.haul.check import check_text
from hauler_tui.haul.findings import CODES, Finding
from hauler_tui.haul.known import Known, KnownIssue, KnownWork
from tests.haul.posts import example, patient, posts, texts

GOOD = """\
---
title: River Log ~8
published_at: 2025-04-01T08:00:00.000Z
snippet: 3 new papers about rivers
tags: rivers
---

Why do rivers bend??? See [the last one](/river-log-7).

## Remarks

A `TODO` in code, a "TODO" in quotes, `<b>` and `$\\alpha$` too, 3 < 4 & 5 > 4.

## Papers

<blockquote>
    <a href="https://arxiv.org/abs/2501.00001">
    <h4>"Braids" &amp; bars</h4>
    <p>
Short.
    </p>
    </a>
</blockquote>

A note.<br/>
With <b>two</b> lines.

<hr/>

<blockquote>
<a href="https://example.org/report?page=2&part=3">
<h4>Eddies</h4>
</a>
</blockquote>

Another.

<hr/>
<blockquote>
    <a href="https://www.biorxiv.org/content/10.1101/2025.01.06.597716v1">
    <h4>xSilt</h4>
    <p>One line.</p>
    </a>
</blockquote>

- a list

<br/>
<br/>
<br/>
"""


def found(text: str, known: Known | None = None) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in check_text(text, known or Known())]


def one_finding(text: str, known: Known | None = None) -> Finding:
    (finding,) = check_text(text, known or Known())
    return finding


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_correct_issue_has_no_finding() -> None:
    assert found(GOOD) == []
    assert found(GOOD.replace("\n", "\r\n")) == []
    assert found("\ufeff" + GOOD) == []


def test_the_real_issues_hold_the_one_fault_there_is() -> None:
    assert found(example("ml-arxiv-26.md")) == []
    (fault,) = check_text(example("ml-arxiv-29.md"))
    assert (fault.line, fault.code, fault.severity, fault.card) == (143, "same-link", "error", 5)
    assert "Can It Edit?" in fault.message


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("title: River Log ~8", "title: River: Log ~8", 2, "front-matter"),
        ("title: River Log ~8\n", "", 1, "missing-key"),
        ("published_at: 2025-04-01T08:00:00.000Z\n", "", 1, "missing-key"),
        ("2025-04-01T08", "2025-04-31T08", 3, "date"),
        (" 2025-04-01T08:00:00.000Z", "", 3, "date"),
        ("3 new papers", "2 new papers", 4, "snippet"),
        ("Another.", "TODO: write this", 36, "placeholder"),
        ("Another.", "It was ??? percent", 36, "placeholder"),
        ("Another.", "See XXX for more", 36, "placeholder"),
        ("Another.", "<!-- TODO -->", 36, "placeholder"),
        ("<h4>Eddies", "<h4>TODO", 32, "placeholder"),
        ("https://example.org/report?page=2&part=3", "TODO", 31, "placeholder"),
        ("2501.00001", "XXXX.XXXXX", 17, "placeholder"),
        ("snippet: 3", "snippet: TODO 3", 4, "placeholder"),
        ("Another.", "<<<<<<< a\nAnother.\n\n=======\nOther.\n>>>>>>> b", 36, "conflict"),
        ("Eddies</h4>", "Eddies", 32, "tag"),
        ("One line.</p>", "One line.", 42, "tag"),
        ("    <p>\nShort.", "Short.", 20, "tag"),
        ("<b>two</b>", "<b>two", 26, "tag"),
        ("<b>two</b>", "two</b>", 26, "tag"),
        ("A note", "An Array<String>", 25, "tag"),
        ("A note", "<!-- A note", 25, "tag"),
        ("<h4>Eddies", "\n<h4>Eddies", 32, "blank-line"),
        ("<h4>Eddies", "  \n \n<h4>Eddies", 32, "blank-line"),
        ('href="https://example.org/report?page=2&part=3"', 'href=""', 30, "no-link"),
        (">Eddies<", "><", 30, "no-title"),
        ("Another.", "<blockquote>\n<h4>A</h4>\n<p>b</p>\n</blockquote>", 36, "no-link"),
        ("A `TODO` in", "<blockquote>\n<a><h4>A</h4></a>\n</blockquote>\n\nA", 12, "no-link"),
        (">Eddies<", ">https://example.org/report<", 32, "no-title"),
        ("snippet: 3", "title: River Log ~8\nsnippet: 3", 4, "front-matter"),
        ("tags: rivers", "tags: rivers\n'tags': bio", 6, "front-matter"),
        ("Another.\n", "", 30, "no-note"),
        ("Eddies", "Zebras", 30, "order"),
        ("&amp; bars", "& bars", 18, "bare-sign"),
        ("Short.", "p < 0.05", 20, "bare-sign"),
        ("Eddies", r"\emph{Eddies}", 32, "tex"),
        ("Short.", r"A $\mathbb{R}^2$ thing", 20, "tex"),
        ("Another.", r"It is $\alpha$-smooth", 36, "tex"),
        ("Short.", "word " * 30, 20, "long-abstract"),
        ("page=2&part=3", "page=2&utm_source=x", 31, "tracking"),
        ("Another.", "[x](https://example.org/x?utm_source=y)", 36, "tracking"),
        ("/abs/2501.00001", "/pdf/2501.00001v2", 17, "pdf"),
        ("report?page=2&part=3", "report.pdf", 31, "pdf"),
        ("2501.00001", "2501.00001v2", 17, "version"),
        ("A `TODO` in", "", 10, "empty-lane"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_stands(old: str, new: str, line: int, code: str) -> None:
    text = changed(old, new)
    if code == "empty-lane":
        start = text.index("## Remarks") + len("## Remarks\n\n")
        text = text[:start] + text[text.index("## Papers") :]
    assert (line, code) in found(text)
    assert {name for _, name in found(text)} <= {code, "bare-sign", "placeholder"}


@pytest.mark.parametrize(
    "words",
    [
        "Really???",
        "a TODO list and a TODO comment",
        "the XXX-large one",
        "https://example.org/TODO/x",
        "`TODO`",
        "```\nTODO <b>\n```",
        "    TODO indented <b>",
        "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n```",
        "<<<<<<< a\n\n>>>>>>> b",
        "costs $5 and $10",
        r"C:\alpha",
        "a < b and c > d",
        "<https://example.org/x>",
        r"\<b>",
        "<ul>\n<li>one\n<li>two\n</ul>",
        '<img src="/a.png" alt="a < b"/>',
        "<LICENSE or [x](https://example.org)>",
        "https://example.org/x?id=3&t=10",
        "[a PDF](https://example.org/x.pdf), [v2](https://arxiv.org/abs/2501.00001v2)",
        "<script>if (a < b) {}</script>",
        "Tom & Jerry &copy; &c.",
        "One.\n<p>\nTwo.\n<p>\nThree.",
        "<blockquote>\n<p>quoted</p>\n</blockquote>",
        '<blockquote>\nquoted, says <a href="/x">x</a>\n</blockquote>',
        "```\n<blockquote>\n<h4>A</h4>\n</blockquote>\n```",
        "[about](/about-2) [24](/ml-arxiv-24)",
    ],
)
def test_what_only_looks_like_a_fault_is_left_in_peace(words: str) -> None:
    assert found(changed("Another.", words)) == []


@pytest.mark.parametrize(
    "snippet",
    [
        "A new edition", "3 new mostly-watery papers", "three papers", "GPT-4 and 3 papers",
        "2 papers and 1 post", "Two years in", "2024 in review", "The best of 12 years",
        '"3 papers: rivers"',
    ],
)  # fmt: skip
def test_a_snippet_that_is_right_or_counts_nothing_is_left_in_peace(snippet: str) -> None:
    assert found(changed("3 new papers about rivers", snippet)) == []


def test_a_line_break_of_a_program_is_no_tex() -> None:
    assert found(changed("Eddies", r"Ends in \n")) == []
    assert found(changed("Eddies", r"Ends in \n{x}")) == [(32, "tex")]


def test_an_alias_is_not_called_broken_yaml_and_never_quoted() -> None:
    text = changed("tags: rivers", "tags: &t rivers\nalias: *t")
    finding = one_finding(text)
    assert (finding.line, finding.code, finding.edits) == (6, "front-matter", ())
    assert "aliases are not read: *t repeats another value" in finding.message
    assert "not YAML" not in finding.message
    starred = one_finding(changed("title: River Log ~8", "title: *River* Log ~8"))
    assert starred.edits


@pytest.mark.parametrize(
    "date",
    ["2025-04-01", "2025-04-01 08:00:00 +0200", "2025-04-01T08:00:00+02:00", "20250401",
     "2025/04/01 12:00:00", "Apr 01 2025", "Tue, 01 Apr 2025 08:00:00 GMT", "13.04.2025"],
)  # fmt: skip
def test_a_date_may_be_written_as_other_blogs_do(date: str) -> None:
    assert found(changed("2025-04-01T08:00:00.000Z", date)) == []
    assert found(changed("published_at:", "date:")) == []


def test_a_key_inside_a_value_repeats_none() -> None:
    nested = "tags: rivers\nextra:\n  title: x\n  tags: y\nabout: |\n  title: z\n# title: w"
    assert found(changed("tags: rivers", nested)) == []


def test_a_file_named_by_its_date_needs_none_in_it() -> None:
    text = changed("published_at: 2025-04-01T08:00:00.000Z\n", "")
    assert found(text, Known(slug="2025-04-01-river-log")) == []


def test_a_plain_file_needs_no_front_matter_and_an_issue_does() -> None:
    assert found("# Notes\n\nWords.\n") == []
    bare = GOOD.partition("---\n\n")[2]
    assert found(bare) == [(1, "front-matter")]
    assert found("---\ntitle: x\n\nwords\n") == [(1, "front-matter")]
    assert found("+++\ntitle = 'x'\ndate = 2024-02-01\n+++\n\n" + bare) == []


def test_two_cards_with_one_link_are_told_at_the_second() -> None:
    text = changed("https://example.org/report?page=2&part=3", "http://arxiv.org/pdf/2501.00001v3")
    assert (31, "same-link") in found(text)
    parts = GOOD.replace("https://arxiv.org/abs/2501.00001", "https://example.org/thread#c2")
    assert found(parts.replace("report?page=2&part=3", "thread#c1")) == []


def test_a_number_that_repeats_or_skips_is_told_at_the_title() -> None:
    def series(*numbers: int) -> Known:
        issues = [
            KnownIssue(slug=f"river-log-{n}", pattern="river log ~{n}", number=n) for n in numbers
        ]
        return Known(slug="log", issues=issues)

    assert found(GOOD, series(6, 7)) == []
    assert found(GOOD, series(7, 8)) == [(2, "same-number")]
    assert found(GOOD, series(5, 6)) == [(2, "number-gap")]
    assert found(GOOD, series(2, 3, 4)) == [(2, "number-gap")]
    assert found(GOOD, series(4)) == found(GOOD, series(9, 10)) == []


def test_a_link_to_an_issue_between_known_ones_that_is_not_known_is_told() -> None:
    def with_slugs(*slugs: str) -> Known:
        return Known(slug="log", issues=[KnownIssue(slug=slug) for slug in slugs])

    assert found(GOOD, with_slugs("river-log-6", "river-log-8")) == [(8, "unknown-issue")]
    assert found(GOOD, with_slugs("river-log-6", "river-log-7", "river-log-8")) == []
    assert found(GOOD, with_slugs("river-log-6")) == found(GOOD) == []


def test_what_is_known_of_a_work_is_held_against_its_card() -> None:
    link = "https://arxiv.org/abs/2501.00001"

    def knowing(work: KnownWork) -> Known:
        return Known(works={link: work})

    assert found(GOOD, knowing(KnownWork(title="“Braids” & Bars."))) == []
    other = one_finding(GOOD, knowing(KnownWork(title="Something else")))
    assert (other.line, other.code) == (18, "other-title")
    assert "“Something else”" in other.message
    assert found(GOOD, knowing(KnownWork(title="WITHDRAWN: “Braids” & Bars"))) == []
    covered = knowing(KnownWork(covered=("river-log-3",)))
    assert found(GOOD, covered) == [(16, "covered")]
    meant = changed("A note.", "More of [this](/river-log-3).")
    assert found(meant, covered) == []
    news = knowing(KnownWork(news=(("withdrawn", "it was withdrawn"),)))
    assert found(GOOD, news) == [(16, "withdrawn")]
    known = knowing(KnownWork(title="TODO: Enhancing"))
    assert found(changed('"Braids" &amp; bars', "TODO: Enhancing"), known) == [(16, "order")]


@pytest.mark.parametrize(
    "around",
    ["<div>\n{}</div>", "<table><tr><td>{}</td></tr></table>", "<details>\n{}\n</details>"],
)
def test_a_card_inside_another_element_is_told(around: str) -> None:
    card = '<blockquote>\n<a href="https://example.org/a">\n<h4>A</h4>\n</a>\n</blockquote>'
    finding = one_finding(changed("Another.", "Another.\n\n" + around.format(card)))
    assert (finding.code, finding.severity) == ("hidden-card", "warning")
    whole = around.format(f"\n\n{card}\n\n")
    assert "hidden-card" not in [code for _, code in found(changed("Another.", whole))]


def test_keys_that_every_other_issue_has_are_missed() -> None:
    text = changed("tags: rivers\n", "")
    others = [
        KnownIssue(slug=str(n), pattern="river log ~{n}", keys=("title", "date", "tags"))
        for n in (1, 2)
    ]
    assert found(text, Known(issues=others)) == [(1, "missing-key")]
    assert found(text, Known(issues=others[:1])) == []


def test_an_order_that_is_plainly_the_authors_own_is_left_in_peace() -> None:
    def issue(*titles: str) -> str:
        cards = "\n\n<hr/>\n\n".join(
            f'<blockquote>\n<a href="https://example.org/{t}">\n<h4>{t}</h4>\n</a>\n</blockquote>\n\nn'
            for t in titles
        )
        return f"---\ntitle: T\ndate: 2025-01-01\n---\n\n{cards}\n"

    assert found(issue("A", "D", "B", "C", "E")) == [(16, "order")]
    assert found(issue("E", "C", "D", "A", "B")) == []
    assert found(issue("A", "D", "B", "C"), Known(hand_ordered=True)) == []
    assert found(issue("蛋白质", "大模型")) == found(issue("نماذج", "تعلم")) == []
    assert [code for _, code in found(issue("B", "大模型", "A"))] == ["order"]
    assert [code for _, code in found(issue("Янтарь", "Берег"))] == ["order"]


def test_cards_below_a_heading_of_their_own_inside_a_lane_have_their_own_order() -> None:
    apart = GOOD.replace("With <b>two</b> lines.", "Words.\n\n### Small ones\n\nMore words.")
    assert found(apart.replace('"Braids" &amp; bars', "Zebras")) == []
    assert found(changed('"Braids" &amp; bars', "Zebras")) == [(16, "order")]


def test_a_series_that_never_cuts_abstracts_is_left_in_peace() -> None:
    long = "<p>" + "word " * 40 + "</p>\n</a>"
    text = GOOD.replace("    <p>\nShort.\n    </p>\n    </a>", long)
    text = text.replace("<h4>Eddies</h4>\n</a>", f"<h4>Eddies</h4>\n{long}")
    assert [code for _, code in found(text)] == ["long-abstract"] * 2
    assert found(text.replace("<p>One line.</p>\n    </a>", long)) == []
    assert found(text, Known(abstract_length=300)) == []


def test_a_card_cut_in_half_is_told_with_its_line() -> None:
    for end, line in (
        ("<h4>Eddies", 30),
        ('<a href="https://example', 30),
        ("Eddies</h4>\n</a>", 30),
    ):
        text = GOOD[: GOOD.index(end) + len(end)]
        assert (line, "tag") in found(text), end


def test_findings_know_their_card_and_lane() -> None:
    (finding,) = check_text(changed("Another.", "TODO"))
    assert (finding.card, finding.lane) == (1, "Papers")
    (finding,) = check_text(changed("Why do", "TODO Why do"))
    assert (finding.card, finding.lane) == (None, "")


def test_what_would_not_be_read_back_is_found_in_a_draft_only() -> None:
    text = changed("Why do rivers", "# Why do rivers")
    assert found(text, Known(is_draft=True)) == []
    note = changed("Another.", "Before\n\n<pre>\nopen")
    assert "read-back" in [code for _, code in found(note, Known(is_draft=True))]
    assert "read-back" not in [code for _, code in found(note)]


def test_what_is_too_deep_to_be_read_is_told() -> None:
    assert found("> " * 30 + "\n" + "> x\n" * 40_000) == [(1, "unreadable")]


@patient
@given(posts() | texts)
def test_any_text_can_be_checked_and_every_finding_lies_in_it(text: str) -> None:
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for finding in check_text(text, Known(is_draft=True)):
        assert finding.code in CODES
        assert 1 <= finding.line <= lines
        assert finding.message
        assert all(0 <= one.start <= one.end <= len(text) for one in finding.edits)
