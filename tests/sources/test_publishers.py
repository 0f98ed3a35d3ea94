"""What journals and lists of links put into a body, read into its fields."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.publishers import told_in, with_discussion, without_heading, without_marks

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)


def only(item: str) -> Entry:
    body = f"<rss version='2.0'><channel><title>t</title><item>{item}</item></channel></rss>"
    (entry,) = parse_feed(
        body.encode(), url="https://j.example/rss", content_type=None, feed_id=3, now=NOW
    ).entries
    return entry


def test_sciencedirects_body_gives_authors_journal_and_date() -> None:
    entry = only(
        "<title>Newts</title>"
        "<link>https://www.sciencedirect.com/science/article/pii/S105579032?dgcid=rss_sd_all</link>"
        "<description><![CDATA[<p>Publication date: 20 March 2026</p><p><b>Source:</b> Journal of"
        " Newts, Volume 167</p><p>Author(s): Ada van Byron, Grace Hopper</p>]]></description>"
    )
    assert entry.authors == ("Ada van Byron", "Grace Hopper")
    assert (entry.journal, entry.abstract) == ("Journal of Newts", "")
    assert entry.published == datetime(2026, 3, 20, tzinfo=UTC)
    assert entry.aliases[0] == "url:https://www.sciencedirect.com/science/article/pii/S105579032"


def test_an_issue_that_is_still_to_come_dates_nothing() -> None:
    told = told_in("Publication date: May 2026 Source: J, Volume 1 Author(s): ", now=NOW)
    assert (told.published, told.authors, told.journal) == (None, (), "J")


def test_pensofts_body_gives_doi_authors_and_the_abstract_alone() -> None:
    entry = only(
        "<title>Mushrooms</title><link>https://keys.pensoft.net/article/7/</link>"
        "<description>&lt;p&gt;Keys 84: 185-201&lt;/p&gt;&lt;p&gt;DOI: 10.3897/keys.84.7&lt;/p&gt;"
        "&lt;p&gt;Authors: Ada Byron, Grace Hopper&lt;/p&gt;&lt;p&gt;Abstract: They grow."
        "&lt;/p&gt;</description>"
    )
    assert entry.aliases[:2] == ("doi:10.3897/keys.84.7", "url:https://keys.pensoft.net/article/7")
    assert entry.authors == ("Ada Byron", "Grace Hopper")
    assert (entry.journal, entry.abstract) == ("Keys", "They grow.")


@pytest.mark.parametrize(
    "body", ["DOI: 10.1000/abc is what I read today.", "Authors: nobody", "A post.\n\nDOI: 10.1/x"]
)
def test_a_post_that_names_a_paper_is_not_taken_for_it(body: str) -> None:
    told = told_in(body, now=NOW)
    assert (told.abstract, told.doi) == (body, "")


@pytest.mark.parametrize("heading", ["Abstract", "### Abstract", "**Abstract**", "ABSTRACT:"])
def test_the_word_abstract_before_an_abstract_goes(heading: str) -> None:
    assert without_heading(f"{heading}\n\nThey grow.", ()) == "They grow."
    assert without_heading(heading, ()) == heading


def test_a_line_that_only_names_the_authors_goes() -> None:
    names = ("Ada Byron", "Grace Hopper")
    assert without_heading("by Ada Byron, Grace Hopper\n\nThey grow.", names) == "They grow."
    assert without_heading("by Ada Byron\n\nThey grow.", names).startswith("by Ada")


def test_the_discussion_of_a_link_on_another_site_is_kept_beside_the_article() -> None:
    entry = only(
        "<title>A post</title><link>https://blog.example/a</link>"
        "<comments>https://news.example/item?id=1</comments>"
    )
    assert entry.link == "https://blog.example/a"
    assert entry.abstract == "[Comments](https://news.example/item?id=1)"


@pytest.mark.parametrize(
    "comments",
    ["https://blog.example/a#comments", "javascript:alert(1)", "", "https://n.example/a b"],
)
def test_a_blogs_own_comments_are_no_discussion(comments: str) -> None:
    assert with_discussion("Text.", comments, "https://blog.example/a") == "Text."


def test_a_discussion_that_the_body_names_is_not_named_twice() -> None:
    body = "[Comments](https://news.example/item?id=1)"
    assert with_discussion(body, "https://news.example/item?id=1", "https://b.example/a") == body


def test_names_in_the_order_of_catalogues_are_turned_round_for_papers() -> None:
    item = "<title>T</title><link>{}</link><author>Inoda, Toshio</author>"
    assert only(item.format("https://doi.org/10.4039/tce.2021.38")).authors == ("Toshio Inoda",)
    assert only(item.format("https://blog.example/a")).authors == ("Inoda, Toshio",)


def test_categories_are_plain_text() -> None:
    entry = only(
        "<title>T</title><category>Society &amp;amp; Culture</category>"
        "<category>&lt;a href='/x'&gt;Process&lt;/a&gt;</category>"
    )
    assert entry.categories == ("Society & Culture", "Process")


def test_lines_of_plain_text_lose_the_indent_that_would_make_them_code() -> None:
    assert only("<title>T</title><description>One.\n        Two.</description>").abstract == (
        "One.\nTwo."
    )


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("O_LIIt glows.C_LIO_LIIt creeps.C_LI", "- It glows.\n- It creeps."),
        ("O_LIIt glows.nC_LIO_LIThe beginC_LI", "- It glows.\n- The begin"),
        ("We say: O_LIAC_LI\nO_LIBC_LI. More.", "We say:\n- A\n- B\n\nMore."),
        (
            "O_ST_ABSBackgroundC_ST_ABSWe took O_SCPLOWDC_SCPLOW-serine.\n\n"
            "O_ST_ABSResultsC_ST_ABSGood.",
            "Background\n\nWe took D-serine.\n\nResults\n\nGood.",
        ),
        ("O_SCPLOWSUMMARYC_SCPLOWThey glow.", "They glow."),
        (
            'They glow.\n\nO_FIG O_LINKSMALLFIG WIDTH=200 SRC="FIGDIR/small/1.gif" ALT="Figure 1">'
            "\nView larger version (10K):\nC_FIG They creep.",
            "They glow.\n\nThey creep.",
        ),
        ("O_LIKE is a gene.", "O_LIKE is a gene."),
        ("No mark: H_2O, O_2 and C_3.", "No mark: H_2O, O_2 and C_3."),
    ],
)
def test_highwires_marks_become_lists_and_headings(sent: str, read: str) -> None:
    assert without_marks(sent) == read


def test_a_preprints_abstract_is_read_without_marks_and_no_other() -> None:
    item = "<title>T</title><description>O_LIIt glows.C_LI</description><link>{}</link>"
    assert only(item.format("https://www.biorxiv.org/content/10.1101/857789v1")).abstract == (
        "- It glows."
    )
    assert only(item.format("https://blog.example/a")).abstract == "O_LIIt glows.C_LI"


@pytest.mark.parametrize(
    ("creator", "names"),
    [("Lee, Ann; Kim, Bo", ("Ann Lee", "Bo Kim")), ("Lee, Ann", ("Lee, Ann",))],
)
def test_several_names_with_the_family_first_are_turned_round_without_a_doi(
    creator: str, names: tuple[str, ...]
) -> None:
    item = f"<title>T</title><link>https://a.example/b</link><author>{creator}</author>"
    assert only(item).authors == names
