"""The subjects of bioRxiv and medRxiv by the addresses of their feeds."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from hauler_tui.sources.addresses import host_of, is_loopback
from hauler_tui.sources.subjects import PREPRINT_SUBJECTS

ALL: Final = "all"
"""The subject of a feed that holds every one."""
_FEED = re.compile(r"/(biorxiv|medrxiv)_xml\.php")


def subject_of(url: str) -> str:
    """What a feed of bioRxiv's or medRxiv's is of, as ``biorxiv:plant_biology``.

    Several subjects stay joined by ``+``; those that the server does not have are left out. Empty
    for any other feed.
    """
    parts = urlsplit(url) if "rxiv_xml.php" in url else None
    found = _FEED.fullmatch(parts.path) if parts else None
    if parts is None or found is None:
        return ""
    server, host = found[1], host_of(url)
    if host != f"connect.{server}.org" and not is_loopback(host):
        return ""
    asked = parse_qs(parts.query).get("subject", [""])[-1]
    known = dict.fromkeys(one for one in re.split(r"[+\s]", asked) if _is_known(server, one))
    if not known:
        return ""
    return f"{server}:{ALL if ALL in known else '+'.join(known)}"


def _is_known(server: str, subject: str) -> bool:
    return subject in PREPRINT_SUBJECTS[server]
