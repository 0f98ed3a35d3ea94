"""An issue as an item of an RSS 2.0 feed (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

import re
from email.utils import format_datetime
from urllib.parse import urljoin
from xml.etree import ElementTree

from hauler_tui.haul.formats.issue import Issue
from hauler_tui.haul.formats.page import body

_CONTENT = "http://purl.org/rss/1.0/modules/content/"
NO_SITE = "https://site.invalid/"
"""Stands for the site where none is known: RSS requires one, and nobody can have this name
(https://www.rfc-editor.org/rfc/rfc2606)."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, 2.2 does not allow."""


def rss(issue: Issue) -> str:
    """A feed of this one item, so that any reader takes it and the item can be lifted out.

    Without a site ``NO_SITE`` stands for it, the item has no link, and its slug is its name.
    """
    ElementTree.register_namespace("content", _CONTENT)
    feed = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(feed, "channel")
    title = issue.series or issue.title
    _add(channel, "title", title)
    _add(channel, "link", issue.site or NO_SITE)
    _add(channel, "description", title)
    item = ElementTree.SubElement(channel, "item")
    _add(item, "title", issue.title or issue.slug)
    if issue.site:
        link = urljoin(issue.site, f"/{issue.slug}")
        _add(item, "link", link)
        _add(item, "guid", link)
    else:
        _add(item, "guid", issue.slug, isPermaLink="false")
    if issue.published_at is not None:
        _add(item, "pubDate", format_datetime(issue.published_at, usegmt=True))
    if issue.snippet:
        _add(item, "description", issue.snippet)
    _add(item, f"{{{_CONTENT}}}encoded", body(issue))
    ElementTree.indent(feed)
    written = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = _NOT_XML.sub("\ufffd", text)
