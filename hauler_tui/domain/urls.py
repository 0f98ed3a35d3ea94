"""Addresses: brought into one form for matching, and tidied for people."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import parse_qs, quote, unquote, urlsplit

_LONGEST = 4000
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMPERSAND = re.compile(r"&(?:(?:amp|#0*38);)+")
"""An ampersand of an address that was escaped once too often."""

_SPACES = re.compile(r"\s+")

_TRACKING = frozenset(
    {
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "oly_anon_id",
        "oly_enc_id",
        "vero_id",
        "ref",
        "ref_src",
        "ref_url",
        "rft_dat",
        "dgcid",
    }
)
_TRACKING_VALUES = frozenset({("rss", "1"), ("af", "R"), ("track", "RSS")})

_HOSTS = {
    "old.reddit.com": "www.reddit.com",
    "np.reddit.com": "www.reddit.com",
    "new.reddit.com": "www.reddit.com",
    "m.reddit.com": "www.reddit.com",
    "reddit.com": "www.reddit.com",
    "www.x.com": "x.com",
    "mobile.x.com": "x.com",
    "twitter.com": "x.com",
    "www.twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
}
"""Hosts that show one site."""

_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
_EMBEDDED = frozenset({"youtube-nocookie.com", "www.youtube-nocookie.com"})
_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live|v)/([A-Za-z0-9_-]{11})(?:/.*)?")
_VIDEO_QUERY = re.compile(r"(?:[^#]*&)?v=([A-Za-z0-9_-]{11})(?:&.*)?")
_SHORT_PATH = re.compile(r"/([A-Za-z0-9_-]{11})/?")
_STATUS = re.compile(r"/(?:i/web|i|[A-Za-z0-9_]{1,30})/status(?:es)?/([0-9]{1,20})(?:/.*)?")
_PMC_HOSTS = frozenset(
    {"ncbi.nlm.nih.gov", "www.ncbi.nlm.nih.gov", "pmc.ncbi.nlm.nih.gov"}
    | {"europepmc.org", "www.europepmc.org"}
)
_PMC_PATH = re.compile(r"(?:/pmc)?/(?:articles?/)(?:pmc/)?(pmc[1-9][0-9]{2,9})(?:/.*)?")


_ELSEVIER = frozenset(
    {"sciencedirect.com", "www.sciencedirect.com", "linkinghub.elsevier.com", "reader.elsevier.com"}
)
_PII_PATH = re.compile(
    r"(?:/science/article(?:/abs|/am)?|/retrieve(?:/articleselect)?|/reader/sd)/pii/"
    r"([sb][0-9x]{14,20})(?:/.*)?"
)
_ANTHOLOGY = frozenset(
    {"aclanthology.org", "www.aclanthology.org", "aclweb.org", "www.aclweb.org"}
    | {"aclanthology.info", "www.aclanthology.info"}
)
_ANTHOLOGY_PATH = re.compile(
    r"/(?:anthology/)?(?:papers/(?:[a-z]/[a-z][0-9]{2}/)?)?"
    r"([a-z][0-9]{2}-[0-9]{4}|[0-9]{4}\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]{1,4})"
    r"(?:v[0-9])?(?:\.(?:pdf|bib))?/?"
)
_ANTHOLOGY_DOI = re.compile(r"10\.(?:18653|3115)/v1/(.+)")


def anthology_page(doi: str) -> str | None:
    """Return the ACL Anthology's normalised page of a work by its DOI, which ends in its id there.

    Not every page has such a DOI, so that the page does not tell it.
    """
    found = _ANTHOLOGY_DOI.fullmatch(doi)
    return _one_form("aclanthology.org", f"/{found[1]}", "") if found else None


def normalise_url(url: str) -> str | None:
    """Return the form by which addresses are matched, None when it is not http or https.

    Scheme, default port, login, fragment (but for routes ``#/`` and ``#!``), trailing slash and
    tracking parameters do not count; a video, a status and a PMC article have one form each.
    """
    split = _split(url)
    if split is None:
        return None
    host, port, path, query, fragment = split
    host = _HOSTS.get(host, host)
    single = _one_form(host, path, query)
    if single is not None:
        return single
    path = _same_escapes(path).rstrip("/")
    query = _same_escapes(_without_tracking(query))
    kept = _same_escapes(fragment) if fragment.startswith(("/", "!")) else ""
    return (
        f"https://{host}{port}{path}"
        + (f"?{query}" if query else "")
        + (f"#{kept}" if kept else "")
    )


def tidy_url(url: str) -> str:
    """Return an address as an export writes it: lower-case host, no tracking parameters.

    It is https for the sites that are known to be, else the scheme it was given with; an address
    that is not http stays as it is.
    """
    split = _split(url)
    if split is None:
        return url
    host, port, path, query, fragment = split
    is_plain = url.strip()[:5].lower() == "http:" and (port or not _ENCRYPTED.fullmatch(host))
    scheme = "http" if is_plain else "https"
    is_status = _HOSTS.get(host, host) == "x.com" and _STATUS.fullmatch(path) is not None
    query = "" if is_status else _without_tracking(query)
    fragment = "" if fragment.startswith(":~:") else fragment
    return (
        f"{scheme}://{host}{port}{_escaped(path)}"
        + (f"?{_escaped(query)}" if query else "")
        + (f"#{_escaped(fragment)}" if fragment else "")
    )


_ENCRYPTED = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:(?:x|twitter|youtube|reddit|nature|github)\.com|youtu\.be|nih\.gov"
    r"|(?:(?:bio|med)rxiv|arxiv|alphaxiv|doi|aclanthology|wikipedia|europepmc)\.org"
    r"|openreview\.net|(?:hf|huggingface)\.co)"
)
"""Sites that have long answered by https alone."""


def is_bare_site(normalised: str) -> bool:
    """Whether a normalised address names a whole site and not a page of it."""
    return normalised.count("/") == 2 and "?" not in normalised and "#" not in normalised


def behind_redirect(url: str) -> str:
    """Return the address a search engine or a mail filter wrapped in its own, else the same."""
    split = _split(url)
    if split is None:
        return url
    host, _, path, query, _ = split
    wrapped = _WRAPPED.match(host + path)
    if wrapped is None:
        return url
    values = parse_qs(query, errors="replace")
    inner = next((values[name][0] for name in ("q", "url", "u", "a") if name in values), "")
    if path == "/v2/url":  # Proofpoint's own way to escape
        inner = unquote(inner.translate({ord("-"): "%", ord("_"): "/"}), errors="replace")
    return inner if _split(inner) is not None else url


_WRAPPED = re.compile(
    r"(?:www\.)?google\.[a-z.]{2,6}/url$|scholar\.google\.[a-z.]{2,6}/scholar_url$"
    r"|l\.facebook\.com/l\.php$|slack-redir\.net/link$|out\.reddit\.com/"
    r"|urldefense\.proofpoint\.com/v[12]/url$|linkprotect\.cudasvc\.com/url$"
    r"|[a-z0-9.]{1,20}\.safelinks\.protection\.outlook\.com/"
)
"""Addresses that lead only to another one, as documents, alerts and mails hold them."""


def names_a_part(url: str) -> bool:
    """Whether an address ends in an anchor that may tell several items on one page apart."""
    _, _, anchor = url.partition("#")
    return bool(anchor) and not _EMPTY_ANCHOR.match(anchor)


_EMPTY_ANCHOR = re.compile(r"[/!#]|:~:|atom|rss|feed|utm_|ref=|xtor|comments?\b|respond\b|more\b")
"""Anchors that are routes, which count in matching, or only say where a reader came from."""


def _split(url: str) -> tuple[str, str, str, str, str] | None:
    """Return host, port with its colon, path, query and fragment of an http address."""
    if plain := _PLAIN.fullmatch(url):
        return plain[1], "", plain[2], "", ""
    text = url.strip()
    if len(text) > _LONGEST or not text[:8].lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(_AMPERSAND.sub("&", _SPACES.sub("%20", text)))
        number = parts.port
        host = _ascii_host((parts.hostname or "").rstrip("."))
    except ValueError:
        return None
    if not host:
        return None
    port = f":{number}" if number not in (None, 80, 443) else ""
    return host, port, parts.path, parts.query, parts.fragment


def _ascii_host(host: str) -> str:
    """Return a host in lower case and, where it can be, in its ASCII form; empty when not one.

    Raises ValueError for a bad IPv6 address.
    """
    if ":" in host:
        return f"[{ip_address(host).compressed}]" if "%" not in host else ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return host.lower() if _HOST.fullmatch(host) else ""


_PLAIN = re.compile(
    r"https?://([a-z0-9_-](?:[a-z0-9._-]{0,250}[a-z0-9_-])?)(/[\w.~/-]{0,3000}|)", re.ASCII
)
"""An address of nothing but host and path, as most are: read in a quarter of the time."""
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}")


def _one_form(host: str, path: str, query: str) -> str | None:
    """Return the one address of a video, a status or an article that has several."""
    video = None
    if host in _YOUTUBE or host in _EMBEDDED:
        video = _VIDEO_PATH.fullmatch(path)
        if video is None and path.rstrip("/") == "/watch":
            video = _VIDEO_QUERY.fullmatch(query)
    elif host == "youtu.be":
        video = _SHORT_PATH.fullmatch(path)
    elif host == "x.com":
        status = _STATUS.fullmatch(path)
        return f"https://x.com/i/status/{status.group(1)}" if status else None
    elif host in _PMC_HOSTS:
        article = _PMC_PATH.fullmatch(path.lower())
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{article[1].upper()}" if article else None
    elif host in _ELSEVIER:
        article = _PII_PATH.fullmatch(path.lower())
        page = "https://www.sciencedirect.com/science/article/pii/"
        return page + article[1].upper() if article else None
    elif host in _ANTHOLOGY:
        paper = _ANTHOLOGY_PATH.fullmatch(path.lower())
        if paper is None:
            return None
        name = paper[1].upper() if "-" in paper[1][:4] else paper[1]
        return f"https://aclanthology.org/{name}"
    return f"https://www.youtube.com/watch?v={video.group(1)}" if video else None


def _without_tracking(query: str) -> str:
    """Return a query without the parameters that say only where a reader came from."""
    if not query:
        return ""
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    """Whether a ``name=value`` of a query says only where a reader came from."""
    name, _, value = parameter.partition("=")
    name = name.removeprefix("amp;")
    lower = name.lower()
    return (
        lower.startswith("utm_")
        or lower in _TRACKING
        or (lower, value) in _TRACKING_VALUES
        or (lower == "source" and value.startswith("rss"))
    )


def _escaped(part: str) -> str:
    """Return a part of an address with everything but printable ASCII percent-encoded."""
    return quote(part, safe=_PRINTABLE, errors="replace")


def _same_escapes(part: str) -> str:
    """Return a part of an address with equal percent-encodings spelled equally."""
    if part.isascii() and "%" not in part and part.isprintable():
        return part
    return _ESCAPED.sub(_same_escape, _escaped(part))


def _same_escape(found: re.Match[str]) -> str:
    """Return one percent-encoding as RFC 3986, 6.2.2 would have it."""
    digits = found.group(1)
    if digits is None:
        return "%25"
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else "%" + digits.upper()
