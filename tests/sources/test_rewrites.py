"""Pages whose feed is known by their address, and sites that have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import subscription_url
from hauler_tui.sources.rewrites import feed_of_page, looks_like_feed

YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
CHANNEL = "UCabcdefghijklmnopqrstuv"
KNOWN = [
    (f"https://www.youtube.com/channel/{CHANNEL}/videos", f"{YOUTUBE}?channel_id={CHANNEL}"),
    ("https://m.youtube.com/playlist?list=PLabc", f"{YOUTUBE}?playlist_id=PLabc"),
    ("https://youtube.com/user/Foo", f"{YOUTUBE}?user=Foo"),
    ("https://github.com/a/b", "https://github.com/a/b/releases.atom"),
    ("https://github.com/a/b.c.git", "https://github.com/a/b.c/releases.atom"),
    ("https://github.com/a/b/releases/tag/1", "https://github.com/a/b/releases.atom"),
    ("https://github.com/a/b/tags", "https://github.com/a/b/tags.atom"),
    ("https://github.com/a/b/commits/main/", "https://github.com/a/b/commits/main.atom"),
    ("https://old.reddit.com/r/X/", "https://www.reddit.com/r/X/.rss"),
    ("https://reddit.com/r/X/top/?t=week", "https://www.reddit.com/r/X/top/.rss?t=week"),
    ("https://www.reddit.com/r/X/new", "https://www.reddit.com/r/X/new/.rss"),
    ("https://social.example/@me", "https://social.example/@me.rss"),
    ("https://social.example:8443/@me", "https://social.example:8443/@me.rss"),
    ("https://social.example/@me@other.example", "https://other.example/@me.rss"),
    ("https://bsky.app/profile/me.bsky.social", "https://bsky.app/profile/me.bsky.social/rss"),
    ("https://name.substack.com/p/post?utm_source=x", "https://name.substack.com/feed"),
    ("https://open.substack.com/pub/name/p/post", "https://name.substack.com/feed"),
    ("https://medium.com/@me/a-story-123", "https://medium.com/feed/@me"),
    ("https://medium.com/pub", "https://medium.com/feed/pub"),
    ("https://me.medium.com/", "https://me.medium.com/feed"),
    ("https://news.ycombinator.com/", "https://news.ycombinator.com/rss"),
    ("https://news.ycombinator.com/best", "https://hnrss.org/best"),
    ("https://news.ycombinator.com/user?id=me", "https://hnrss.org/user?id=me"),
    ("https://lobste.rs/t/ai", "https://lobste.rs/t/ai.rss"),
    ("https://arxiv.org/list/cs.CL/recent", "https://rss.arxiv.org/rss/cs.CL"),
    ("https://arxiv.org/list/math/2401", "https://rss.arxiv.org/rss/math"),
    ("https://arxiv.org/archive/cs", "https://rss.arxiv.org/rss/cs"),
    ("http://export.arxiv.org/rss/cs.cl", "https://rss.arxiv.org/rss/cs.CL"),
    ("https://arxiv.org/a/jurafsky_d_1", "https://arxiv.org/a/jurafsky_d_1.atom"),
    (
        "https://www.biorxiv.org/collection/plant-biology",
        "https://connect.biorxiv.org/biorxiv_xml.php?subject=plant_biology",
    ),
    (
        "http://connect.biorxiv.org/biorxiv_xml.php?subject=Plant-Biology+genomics",
        "https://connect.biorxiv.org/biorxiv_xml.php?subject=plant_biology+genomics",
    ),
    (
        "https://www.medrxiv.org/collection/oncology/",
        "https://connect.medrxiv.org/medrxiv_xml.php?subject=oncology",
    ),
    ("https://huggingface.co/papers", "https://huggingface.co/api/daily_papers?limit=100"),
    ("https://huggingface.co/blog", "https://huggingface.co/blog/feed.xml"),
    ("https://www.nature.com/nmeth/", "https://www.nature.com/nmeth.rss"),
    ("https://www.nature.com/subjects/ecology", "https://www.nature.com/subjects/ecology.rss"),
    ("https://journals.plos.org/plosone/", "https://journals.plos.org/plosone/feed/atom"),
    (
        "https://onlinelibrary.wiley.com/journal/15214095",
        "https://onlinelibrary.wiley.com/feed/15214095/most-recent",
    ),
    (
        "https://www.sciencedirect.com/science/journal/10557903",
        "https://rss.sciencedirect.com/publication/science/10557903",
    ),
    (
        "https://www.tandfonline.com/toc/tgis20/current",
        "https://www.tandfonline.com/feed/rss/tgis20",
    ),
    (
        "https://link.springer.com/journal/10994",
        "https://link.springer.com/search.rss?facet-content-type=Article&facet-journal-id=10994",
    ),
    (
        "https://bmcbiol.biomedcentral.com/",
        "https://bmcbiol.biomedcentral.com/articles/most-recent/rss.xml",
    ),
    ("https://www.mdpi.com/journal/sensors", "https://www.mdpi.com/rss/journal/sensors"),
    ("https://www.lesswrong.com/", "https://www.lesswrong.com/feed.xml"),
]


@pytest.mark.parametrize(("page", "feed"), KNOWN)
def test_a_known_page_becomes_its_feed_which_stays_as_it_is(page: str, feed: str) -> None:
    assert subscription_url(page) == feed
    assert subscription_url(feed) == feed
    assert looks_like_feed(feed)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("https://x.com/someone", "X (Twitter) has no feed"),
        ("https://mobile.twitter.com/someone/status/1", "X (Twitter) has no feed"),
        ("https://www.researchgate.net/profile/x", "ResearchGate has no feed"),
        ("https://www.reuters.com/technology/", "Reuters has no feed"),
        ("https://scholar.google.com/citations?user=x", "Google Scholar has no feed"),
        ("https://paperswithcode.com/latest", "closed in 2025"),
        ("https://paperswithcode.com/latest.xml", "closed in 2025"),
        ("https://www.sciencedirect.com/science/article/pii/S1055790321002943", "a paper"),
        ("https://openreview.net/group?id=ICLR", "OpenReview has no feed"),
        ("https://arxiv.org/abs/2401.00001v2", "this is a paper"),
        ("https://huggingface.co/papers/2401.00001", "this is a paper"),
        ("https://doi.org/10.1000/x", "this is a paper"),
        ("https://pubmed.ncbi.nlm.nih.gov/31452104/", "this is a paper"),
        ("https://www.biorxiv.org/content/10.1101/2024.06.06.597716v1.full", "a paper of bioRxiv"),
    ],
)
def test_where_there_is_no_feed_a_sentence_says_so_and_offers_capture(page: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        subscription_url(page)
    assert said in caught.value.message
    assert "hauler add" in caught.value.hint


@pytest.mark.parametrize(
    ("page", "hint"),
    [
        ("https://arxiv.org/list/cs.LC/recent", "did you mean cs.CL"),
        ("https://www.biorxiv.org/collection/plants", "did you mean plant_biology"),
        (
            "https://connect.biorxiv.org/biorxiv_xml.php?subject=genomics+plant_bilogy",
            "did you mean plant_biology",
        ),
        ("https://www.biorxiv.org/rss/current", "biorxiv:all"),
        ("https://arxiv.org/search/?query=x", "arxiv:all:"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=beetles", "Create RSS"),
        ("https://www.sciencedirect.com/journal/cell", "publication/science/ISSN"),
    ],
)
def test_a_page_that_cannot_be_right_is_told_what_to_do_instead(page: str, hint: str) -> None:
    with pytest.raises(SourceError) as caught:
        subscription_url(page)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "page",
    [
        "https://www.youtube.com/@name",
        "https://github.com/owner",
        "https://github.com/features/actions",
        "https://github.com/a/b/issues",
        "https://arxiv.org/",
        "https://www.nature.com/articles/s41586-020-2649-2",
        "https://substack.com/@name",
        "https://site.example/blog/",
        "https://site.example/rss-help.html",
    ],
)
def test_any_other_page_has_to_be_asked(page: str) -> None:
    assert feed_of_page(page) is None
    assert not looks_like_feed(page)


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/feed",
        "https://site.example/blog/feed/",
        "https://site.example/index.xml?x=1",
        "https://site.example/posts.atom",
        "https://site.example/feed.json",
        "https://site.example/?feed=rss2",
        "https://site.example/news?format=rss&x=1",
        "https://feeds.site.example/x",
        "https://site.example/feeds/posts/default",
        "https://pubmed.ncbi.nlm.nih.gov/rss/search/1abc/?limit=15",
        "https://x.com.example/a.rss",
    ],
)
def test_an_address_that_looks_like_a_feed_stays_as_it_is_and_is_not_asked(url: str) -> None:
    assert looks_like_feed(url)
    assert subscription_url(url) == url


def test_a_rewritten_address_is_not_let_into_the_local_network() -> None:
    with pytest.raises(SourceError) as caught:
        subscription_url("https://social.example/@me@127.0.0.1")
    assert "not fetched" in caught.value.message


@given(
    st.sampled_from(
        [
            "youtube.com",
            "github.com",
            "www.reddit.com",
            "arxiv.org",
            "a.substack.com",
            "medium.com",
            "www.biorxiv.org",
            "news.ycombinator.com",
            "site.example",
            "www.nature.com",
        ]
    ),
    st.text("ab@/.?=&-_cs:CL1", max_size=25),
)
def test_any_address_is_rewritten_once_and_for_all_or_refused(host: str, rest: str) -> None:
    try:
        url = subscription_url(f"https://{host}/{rest}")
    except SourceError:
        return
    assert subscription_url(url) == url
