"""What an address of a feed tells, and how it is told without what only its owner may know."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

_TOKENS = frozenset(
    ("token", "key", "apikey", "auth", "secret", "password", "passwd", "pwd", "signature", "sig")
)
_REDDIT_TOKENS = frozenset(("feed", "user"))
"""Reddit's own feeds are private by these, which are harmless anywhere else."""


@lru_cache(maxsize=1_024)
def host_of(url: str) -> str:
    """The lower-case host of an http(s) address; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def shown(url: str) -> str:
    """An address for messages: without user, password and the values of secret parameters."""
    text = redacted(url)
    return text if len(text) <= 200 else text[:199] + "…"


def redacted(url: str) -> str:
    """An address whole but for user, password and the values of secret parameters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(
        f"{name}=…" if equals and _is_secret(name, host) else name + equals + value
        for name, equals, value in (each.partition("=") for each in parts.query.split("&"))
    )
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def without_secrets(url: str) -> str:
    """An address that may be given to others: no user and password, no token or key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.rpartition("@")[2]
    parameters = parts.query.split("&")
    kept = [each for each in parameters if not _is_secret(each.partition("=")[0], host)]
    query = parts.query if len(kept) == len(parameters) else "&".join(kept)
    if (host, query) == (parts.netloc, parts.query):
        return url
    return urlunsplit((parts.scheme, host, parts.path, query, parts.fragment))


def _is_secret(parameter: str, host: str) -> bool:
    secret = _TOKENS | _REDDIT_TOKENS if host.endswith("reddit.com") else _TOKENS
    return re.split(r"[_-]", parameter.lower())[-1] in secret
