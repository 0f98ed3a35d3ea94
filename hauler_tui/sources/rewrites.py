"""Pages whose feed is known by their address alone, and sites that have none."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from hauler_tui.domain.identifiers import arxiv_id, pmid, preprint_version
from hauler_tui.errors import SourceError
from hauler_tui.sources import shorthands
from hauler_tui.sources.subjects import SERVER_NAMES, preprint_subject

_FEED_ADDRESS = re.compile(
    r"/(?:feeds?|rss|rss2|atom|rdf)/?(?:\?.*)?"
    r"|.*(?:\.(?:xml|rss|atom|rdf)|/(?:feed|rss|atom|rdf|feed\.json|feed/[^/?]+))/?(?:\?.*)?"
    r"|.*[?&](?:feed|format|type)=(?:rss2?|atom|feed|rdf)(?:&.*)?"
    r"|/feeds?/.+|/rss/.+",
    re.IGNORECASE,
)
_FEED_HOST = re.compile(r"(?:feeds?\d?|rss|atom)\.|hnrss\.org$|connect\.(?:bio|med)rxiv\.org$")

_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_NAME = r"[\w.-]+"
_OWNER = (
    r"(?!(?:features|topics|trending|explore|marketplace|sponsors|orgs|search|settings)/)[\w-]+"
)
_RULES: tuple[tuple[str, str], ...] = (
    (r"(?:www\.|m\.)?youtube\.com/channel/(UC[\w-]{22})(?:/.*)?", _YOUTUBE + "?channel_id={0}"),
    (r"(?:www\.|m\.)?youtube\.com/user/(" + _NAME + r")(?:/.*)?", _YOUTUBE + "?user={0}"),
    (
        r"(?:www\.|m\.)?youtube\.com/(?:playlist|watch)\?(?:.*&)?list=(PL[\w-]+)(?:&.*)?",
        _YOUTUBE + "?playlist_id={0}",
    ),
    (
        rf"(?:www\.)?github\.com/({_OWNER})/({_NAME})/(tags|commits(?:/[\w./-]+?)?)/?",
        "https://github.com/{0}/{1}/{2}.atom",
    ),
    (
        rf"(?:www\.)?github\.com/({_OWNER})/({_NAME}?)(?:\.git)?(?:/(?:releases|tree|blob)(?:/.*)?)?/?",
        "https://github.com/{0}/{1}/releases.atom",
    ),
    (
        r"(?:\w+\.)?reddit\.com/(r|u|user)/([\w-]+)/(top|new|hot|rising)/?(?:\?t=(\w+))?",
        "https://www.reddit.com/{0}/{1}/{2}/.rss?t={3}",
    ),
    (
        r"(?:\w+\.)?reddit\.com/(r|u|user)/([\w-]+)/?(?:\?.*)?",
        "https://www.reddit.com/{0}/{1}/.rss",
    ),
    (r"bsky\.app/profile/([\w.:-]+)/?", "https://bsky.app/profile/{0}/rss"),
    (r"open\.substack\.com/pub/([\w-]+)(?:/.*)?", "https://{0}.substack.com/feed"),
    (
        r"((?!www\.|open\.|support\.)[\w-]+)\.substack\.com(?:/|/archive|/about|/p/.*)?(?:\?.*)?",
        "https://{0}.substack.com/feed",
    ),
    (r"(?:www\.)?medium\.com/(@[\w.-]+|tag/[\w-]+)(?:/.*)?", "https://medium.com/feed/{0}"),
    (r"(?:www\.)?medium\.com/([\w-]+)/?", "https://medium.com/feed/{0}"),
    (r"((?!www\.)[\w-]+)\.medium\.com(?:/.*)?", "https://{0}.medium.com/feed"),
    (r"news\.ycombinator\.com/?(?:news)?", "https://news.ycombinator.com/rss"),
    (
        r"news\.ycombinator\.com/(newest|best|ask|show|jobs|newcomments|bestcomments)",
        "https://hnrss.org/{0}",
    ),
    (r"news\.ycombinator\.com/(?:user|submitted)\?id=([\w-]+)", "https://hnrss.org/user?id={0}"),
    (r"lobste\.rs/?", "https://lobste.rs/rss"),
    (r"lobste\.rs/t/([\w,.-]+?)/?", "https://lobste.rs/t/{0}.rss"),
    (r"((?!www\.)[\w-]+)\.wordpress\.com/?", "https://{0}.wordpress.com/feed/"),
    (r"((?!www\.)[\w-]+)\.tumblr\.com/?", "https://{0}.tumblr.com/rss"),
    (r"((?!www\.)[\w-]+)\.blogspot\.com/?", "https://{0}.blogspot.com/feeds/posts/default"),
    (
        r"(?:www\.)?huggingface\.co/papers(?:/(?:date|week|month)/[\w-]+)?/?(?:\?.*)?",
        shorthands.HF_DAILY,
    ),
    (r"(?:www\.)?huggingface\.co/blog/?", "https://huggingface.co/blog/feed.xml"),
    (
        r"(?:www\.)?(lesswrong\.com|alignmentforum\.org|greaterwrong\.com)/?",
        "https://www.{0}/feed.xml",
    ),
    (
        r"(?:www\.)?nature\.com/(subjects/[\w-]+|(?!news)n[\w-]*|srep|commsbio|commschem)/?",
        "https://www.nature.com/{0}.rss",
    ),
    (r"journals\.plos\.org/(\w+)(?:/.*)?", "https://journals.plos.org/{0}/feed/atom"),
    (
        r"onlinelibrary\.wiley\.com/(?:journal|toc|loi)/(\d{7}[\dXx])(?:/.*)?",
        "https://onlinelibrary.wiley.com/feed/{0}/most-recent",
    ),
    (
        r"(?:www\.)?tandfonline\.com/(?:journals|toc|loi)/(\w+)(?:/.*)?",
        "https://www.tandfonline.com/feed/rss/{0}",
    ),
    (
        r"link\.springer\.com/journal/(\d+)(?:/.*)?",
        "https://link.springer.com/search.rss?facet-content-type=Article&facet-journal-id={0}",
    ),
    (
        r"([\w-]+)\.biomedcentral\.com/?(?:articles/?)?",
        "https://{0}.biomedcentral.com/articles/most-recent/rss.xml",
    ),
    (
        r"(?:www\.)?sciencedirect\.com/science/journal/(\d{7}[\dXx])(?:/.*)?",
        "https://rss.sciencedirect.com/publication/science/{0}",
    ),
    (
        r"(?:www\.)?frontiersin\.org/journals/([\w-]+)(?:/.*)?",
        "https://www.frontiersin.org/journals/{0}/rss",
    ),
    (r"(?:www\.)?mdpi\.com/journal/([\w-]+)/?", "https://www.mdpi.com/rss/journal/{0}"),
    (r"(?:www\.)?elifesciences\.org/?", "https://elifesciences.org/rss/recent.xml"),
    (r"(?:www\.)?jmlr\.org/?(?:papers/?)?", "https://www.jmlr.org/jmlr.xml"),
)
"""Host, path and query of a page, and the address of its feed; the first that matches counts.

arXiv, bioRxiv and YouTube by their own documentation, the others by what their pages declare.
"""
_COMPILED = tuple((re.compile(page, re.IGNORECASE), feed) for page, feed in _RULES)

_PROFILE = re.compile(r"/@([A-Za-z0-9_.-]+)(?:@([\w.-]+\.\w+))?/?")
_NO_MASTODON = re.compile(
    r"(?:.*\.)?(?:medium\.com|youtube\.com|tiktok\.com|substack\.com|threads\.(?:net|com)"
    r"|flipboard\.com|pinterest\.com|odysee\.com|rumble\.com|npmjs\.com|unsplash\.com)"
)
_ARXIV_HOST = re.compile(r"(?:(?:www|export|rss|\w\w)\.)?arxiv\.org")
_ARXIV_FEED = re.compile(r"/(?P<form>rss|atom)/(?P<spec>[A-Za-z.+-]+)/?")
_ARXIV_LIST = re.compile(r"/(?:list|archive|year)/(?P<spec>[A-Za-z.-]+)(?:/[\w-]+)?/?")
_PREPRINT_HOST = re.compile(r"(?:www\.)?(?P<server>biorxiv|medrxiv)\.org")
_PREPRINT_FEED = re.compile(
    r"connect\.(?P<server>biorxiv|medrxiv)\.org/(?P=server)_xml\.php\?subject=(?P<subjects>[^&]+)"
)
_COLLECTION = re.compile(r"/collection/(?P<subject>[\w-]+)/?")

_WITHOUT_FEEDS = {
    "academia.edu": "Academia.edu",
    "anthropic.com": "Anthropic",
    "apnews.com": "AP News",
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "linkedin.com": "LinkedIn",
    "openreview.net": "OpenReview",
    "paperswithcode.com": "Papers with Code, which closed in 2025,",
    "researchgate.net": "ResearchGate",
    "reuters.com": "Reuters",
    "scholar.google.com": "Google Scholar",
    "semanticscholar.org": "Semantic Scholar",
    "ssrn.com": "SSRN",
    "papers.ssrn.com": "SSRN",
    "threads.com": "Threads",
    "threads.net": "Threads",
    "tiktok.com": "TikTok",
    "twitter.com": "X (Twitter)",
    "x.com": "X (Twitter)",
}
_RESOLVERS = ("doi.org", "dx.doi.org", "www.doi.org")
_CAPTURE = "capture single links with: hauler add LINK"


def looks_like_feed(url: str) -> bool:
    """Whether an address can be told from a page's: it need not be asked what it is."""
    parts = urlsplit(url)
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_known = url.startswith((shorthands.ARXIV_QUERY, shorthands.HF_DAILY))
    host = parts.hostname or ""
    return bool(is_known or _FEED_HOST.match(host) or _FEED_ADDRESS.fullmatch(rest))


def feed_of_page(url: str) -> str | None:
    """The feed of a page by its address alone; None when the page itself must be asked.

    An address that is a feed's already is None too, but for those of arXiv and bioRxiv, which are
    renewed. Raises SourceError, with the way to capture single links, for a site without feeds.
    """
    parts = urlsplit(url)
    host, path = (parts.hostname or "").rstrip("."), parts.path
    if arxiv_id(url) or pmid(url) or host in _RESOLVERS:
        raise SourceError("this is a paper, not a feed", f"capture it with: hauler add {url}")
    if _ARXIV_HOST.fullmatch(host):
        return _arxiv(path)
    bare = re.sub(r"^(?:www|mobile|m)\.", "", host)
    is_closed = bare == "paperswithcode.com"
    if bare in _WITHOUT_FEEDS and (is_closed or not re.search(r"\.(?:xml|rss|atom)$", path)):
        raise SourceError(f"{_WITHOUT_FEEDS[bare]} has no feed", _CAPTURE)
    if found := _PREPRINT_HOST.fullmatch(host):
        return _preprint(found["server"], url, path)
    if found := _PREPRINT_FEED.fullmatch(f"{host}{path}?{parts.query}"):
        subjects = unquote(found["subjects"]).split("+")
        known = dict.fromkeys(preprint_subject(found["server"], each) for each in subjects)
        return shorthands.preprint_feed(found["server"], "+".join(known))
    if looks_like_feed(url):
        return None
    if host == "pubmed.ncbi.nlm.nih.gov":
        raise SourceError(
            "PubMed makes the feed of a search only on its page",
            "press “Create RSS” under the search there, and add the address it gives",
        )
    if bare == "sciencedirect.com" and path.startswith("/science/article/"):
        raise SourceError("this is a paper, not a feed", f"capture it with: hauler add {url}")
    if bare == "sciencedirect.com" and not re.match(r"/science/journal/\d", path):
        raise SourceError(
            "ScienceDirect keeps feed readers away from its pages",
            "add https://rss.sciencedirect.com/publication/science/ISSN with the journal's ISSN",
        )
    page = f"{host}{path}?{parts.query}" if parts.query else host + path
    for rule, feed in _COMPILED:
        if found := rule.fullmatch(page):
            return re.sub(r"[?&]\w+=$", "", feed.format(*(part or "" for part in found.groups())))
    profile = _PROFILE.fullmatch(path)
    if profile and not _NO_MASTODON.fullmatch(host):
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{profile[2] or host + port}/@{profile[1]}.rss"
    return None


def _arxiv(path: str) -> str | None:
    if found := _ARXIV_FEED.fullmatch(path):
        return shorthands.arxiv_feed(found["spec"], found["form"].lower())
    if found := _ARXIV_LIST.fullmatch(path):
        return shorthands.arxiv_feed(found["spec"])
    if found := re.fullmatch(r"/a/([a-z0-9_]+)/?", path):
        return f"https://arxiv.org/a/{found[1]}.atom"
    if path.startswith(("/search", "/find")):
        raise SourceError(
            "arXiv's search pages have no feed", 'subscribe to the search itself: arxiv:all:"WORDS"'
        )
    return None


def _preprint(server: str, url: str, path: str) -> str | None:
    if found := _COLLECTION.fullmatch(path):
        return shorthands.preprint_feed(server, preprint_subject(server, found["subject"]))
    name = SERVER_NAMES[server]
    if preprint_version(url):
        raise SourceError(
            f"this is a paper of {name}, not a feed", f"capture it with: hauler add {url}"
        )
    if path in ("", "/"):
        return shorthands.preprint_feed(server, "all")
    if path.startswith(("/rss", "/alertsrss", "/content/early")):
        raise SourceError(
            f"{name} keeps feed readers away from {path}", f"subscribe to a subject: {server}:all"
        )
    return None
