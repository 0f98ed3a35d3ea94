"""What the feeds of well-known sites look like, each by a sample of our own making."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hauler_tui.domain.entry import Entry
from hauler_tui.sources.feeds import parse_feed

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def entries(path: Path, url: str = "https://feed.example/") -> tuple[Entry, ...]:
    return parse_feed(path.read_bytes(), url=url, content_type=None, feed_id=1, now=NOW).entries


def test_a_toot_is_its_own_text_and_not_the_caption_of_its_picture(feeds: Path) -> None:
    first, second = entries(feeds / "mastodon.rss.xml")
    assert first.title == "New paper on #beetles https://arxiv.org/abs/2406.13121"
    assert first.abstract == (
        "New paper on [#beetles](https://m.example/tags/beetles) "
        "<https://arxiv.org/abs/2406.13121>\n\nSecond para with [@bo](https://o.example/@bo)"
    )
    assert (second.title, second.link) == ("", "https://m.example/@ada/2")


def test_a_post_of_bluesky_is_titled_by_its_text(feeds: Path) -> None:
    (post,) = entries(feeds / "bluesky.rss.xml")
    assert post.title == "Look: arxiv.org/abs/2406.1312... two lines & more"
    assert post.link == "https://bsky.app/profile/ada.example/post/3k"
    assert post.published == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_release_on_github_keeps_lists_links_and_code(feeds: Path) -> None:
    release, _ = entries(feeds / "github.atom.xml")
    assert (release.title, release.authors) == ("v1.2.0", ("a",))
    assert release.abstract == (
        "## What's Changed\n\n- Fix by [@a](https://github.com/a) in "
        "[#1](https://github.com/o/r/pull/1)\n\n```\nx = 1\n```"
    )


def test_hacker_news_keeps_article_and_discussion(feeds: Path) -> None:
    front, hnrss = entries(feeds / "hackernews.rss.xml")
    assert (front.title, front.link) == ("A & B", "https://blog.example/a")
    assert front.abstract == "[Comments](https://news.ycombinator.com/item?id=1)"
    assert hnrss.aliases[0] == "url:https://blog.example/b"
    assert hnrss.abstract.count("item?id=2") == 1


def test_pubmed_gives_both_names_a_clean_link_and_the_abstract_alone(feeds: Path) -> None:
    (paper,) = entries(feeds / "pubmed.rss.xml")
    assert paper.aliases[:2] == ("doi:10.1000/beetle", "pmid:41234567")
    assert paper.link == "https://pubmed.ncbi.nlm.nih.gov/41234567/"
    assert paper.authors == ("Ada Byron", "Grace Hopper")
    assert (paper.abstract, paper.journal) == ("We saw *Coleoptera*.", "Beetle J")


def test_nature_gives_the_summary_without_its_heading(feeds: Path) -> None:
    (paper,) = entries(feeds / "nature.rdf")
    assert paper.aliases[0] == "doi:10.1038/s41586-026-01234-5"
    assert (paper.title, paper.abstract) == ("Beetles & moths", "Beetles are many.")
    assert paper.journal == "Nature"
    assert paper.published == datetime(2026, 11, 20, tzinfo=UTC)


def test_plos_names_its_doi_by_its_own_resolver(feeds: Path) -> None:
    (paper,) = entries(feeds / "plos.atom.xml", "https://journals.plos.org/plosone/feed/atom")
    assert paper.aliases[0] == "doi:10.1371/journal.pone.0312345"
    assert (paper.title, paper.abstract) == ("Beetles of Quercus", "Beetles eat.")


def test_wileys_names_come_one_by_one(feeds: Path) -> None:
    (paper,) = entries(feeds / "wiley.rdf")
    assert paper.authors == ("Ada Byron", "Grace Hopper")
    assert (paper.doi, paper.abstract) == ("10.1002/abc.1", "They fly.")


def test_a_video_is_one_whatever_its_address(feeds: Path) -> None:
    (video,) = entries(feeds / "youtube.atom.xml")
    assert video.aliases[0] == "url:https://www.youtube.com/watch?v=abcdefghijk"
    assert video.abstract == "Text https://arxiv.org/abs/2406.13121"
    assert video.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
