"""What an answer is when it is no feed, in a sentence each."""

from __future__ import annotations

import re

from hauler_tui.domain.text import clean_line
from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.discovery import feeds_in_page, main_feed

_LOOK = 200_000
"""Bytes of a body that are looked at."""
_CHALLENGE = re.compile(
    r"just a moment\.\.\.|cf-chl|cf_chl|challenge-platform|attention required! \| cloudflare"
    r"|checking your browser|verify you are human|ddos-guard|captcha",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"type\s*=\s*[\"']?password|<title[^<>]*>[^<]{0,300}?(?:log ?in|sign ?in|anmeld)", re.IGNORECASE
)
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")


def not_a_feed(body: bytes, *, url: str) -> SourceError:
    """Why a body is no feed, for the person to read."""
    host = host_of(url) or "the source"
    text = body[:_LOOK].decode("utf-8", "replace").lstrip("\ufeff \t\r\n\x00")
    if not text:
        return SourceError(f"{host} sent an empty answer", "try again later")
    if text.startswith("%PDF"):
        return SourceError(f"{host} sent a PDF, not a feed", "capture it with: hauler add LINK")
    root = (_ROOT.search(text) or [None, ""])[1] or ""
    if root.lower() == "html" or re.match(r"<!doctype html", text, re.IGNORECASE):
        return _about_page(text, host, url)
    if text[0] in "{[":
        said = clean_line(text, 80)
        return SourceError(f"{host} sent JSON that is no JSON Feed: {said}", "check the address")
    known = {
        "opml": ("a list of feeds (OPML)", "subscribe to them with: hauler feeds import FILE"),
        "urlset": ("a site map, not a feed", "look for the site's RSS or Atom feed"),
        "sitemapindex": ("a site map, not a feed", "look for the site's RSS or Atom feed"),
        "oai-pmh": ("an OAI-PMH answer, not a feed", "subscribe to the site's RSS feed instead"),
    }
    if root.lower() in known:
        what, hint = known[root.lower()]
        return SourceError(f"{host} sent {what}", hint)
    if text.startswith("<") and root:
        if _looks_like_page(text):
            return _about_page(text, host, url)
        return SourceError(
            f"{host} sent XML (<{clean_line(root, 40)}>) that is no feed", "check the address"
        )
    if body.count(b"\x00") or text.count("\ufffd") > len(text) / 10:
        return SourceError(f"{host} sent data that is no text", "check the address")
    said = clean_line(text, 100)
    return SourceError(f"{host} said “{said}” instead of a feed", "try again later")


def is_challenge(body: bytes) -> bool:
    """Whether a page asks for proof that a person is reading, as Cloudflare's do."""
    return _CHALLENGE.search(body[:_LOOK].decode("utf-8", "replace")) is not None


def challenge(host: str) -> SourceError:
    """The sentence about a page that wants proof of a person."""
    return SourceError(
        f"{host} shows a check for browsers instead of its feed",
        "feed readers cannot pass it; look for another address of the same feed",
    )


def _looks_like_page(text: str) -> bool:
    return re.search(r"<(?:html|body|head)[\s>]", text[:5_000], re.IGNORECASE) is not None


def _about_page(text: str, host: str, url: str) -> SourceError:
    if _CHALLENGE.search(text):
        return challenge(host)
    if _LOGIN.search(text):
        return SourceError(
            f"{host} shows a login page instead of a feed",
            "the feed may be for members only; look for a public one",
        )
    found = feeds_in_page(text.encode("utf-8", "replace"), url=url)
    if not found:
        return SourceError(
            f"{host} sent a web page, not a feed, and the page names none",
            "look for another address of the site, or capture the page with: hauler add LINK",
        )
    feed = main_feed(found) or found[0]
    return SourceError(
        f"{host} sent a web page, not a feed",
        f"the page names a feed: {clean_line(feed.url, 200)}",
    )
