"""The HTML page."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul.formats.issue import Issue, read_papers
from hauler_tui.haul.formats.page import page
from hauler_tui.haul.formats.plaintext import plaintext
from tests.haul.formats.conftest import TEXT

MakeIssue = Callable[..., Issue]

_EMPTY = {"br", "hr", "img", "meta", "link", "col", "wbr", "area"}


class _Tags(HTMLParser):
    """Every tag with its attributes, and whether each is closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.opened: list[str] = []
        self.is_balanced = True
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.is_balanced &= bool(self.opened) and self.opened.pop() == tag


def test_a_page_shows_title_date_snippet_cards_and_notes(make_issue: MakeIssue) -> None:
    html = page(make_issue())
    assert "<h1>Field Notes ~7</h1>" in html
    assert "2024-06-22 · 2 new papers" in html
    assert "<h4>GPT &amp; the α-helix: a &lt;new&gt; way</h4>" in html
    assert '<a href="https://example.org/a_b?c=1&amp;d=2"' in html
    assert "published_at" not in html


def test_a_page_needs_no_other_file_and_runs_nothing(make_issue: MakeIssue) -> None:
    tags = _Tags(page(make_issue())).seen
    assert not {tag for tag, _ in tags} & {"script", "link", "iframe", "object", "form", "base"}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    (policy,) = (
        attributes["content"]
        for tag, attributes in tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_links_are_relative_until_the_site_is_known(make_issue: MakeIssue) -> None:
    assert 'href="/field-notes-6"' in page(make_issue())
    html = page(make_issue(site="https://blog.example"))
    assert 'href="https://blog.example/field-notes-6"' in html
    assert 'src="https://blog.example/plot.png"' in html


def test_tags_left_open_in_a_note_end_with_the_page(make_issue: MakeIssue) -> None:
    tags = _Tags(page(make_issue(TEXT.replace("An intro", "<b><table><td>An intro"))))
    assert tags.is_balanced
    assert tags.opened == []


@given(st.text(max_size=300))
def test_any_text_makes_a_balanced_page_without_scripts(text: str) -> None:
    document, papers = read_papers(text, lambda link: None)
    html = page(Issue(slug="x", title=text[:20], text=text, document=document, papers=papers))
    tags = _Tags(html)
    assert tags.is_balanced
    assert tags.opened == []
    assert "script" not in {tag for tag, _ in tags.seen}


NOTES = "A claim[^1] and more[^b], or [^abc] in a pattern.\n\n[^1]: Smith2020\n[^b]: Jones *et al.*"


def test_a_footnote_is_no_dead_link(make_issue: MakeIssue) -> None:
    html = page(make_issue(TEXT.replace("> quoted words", NOTES)))
    assert "<p>A claim<sup>[1]</sup> and more<sup>[b]</sup>, or [^abc] in a pattern.</p>" in html
    assert "<p><sup>[1]</sup> Smith2020</p>\n<p><sup>[b]</sup> Jones <em>et al.</em></p>" in html
    assert 'Smith2020"' not in html
    text = plaintext(make_issue(TEXT.replace("> quoted words", NOTES)))
    assert "A claim[1] and more[b], or [^abc] in a pattern." in text
    assert "\n[1] Smith2020\n" in text
