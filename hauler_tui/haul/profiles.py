"""Ready-made settings for the programs that turn a folder of posts into a site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "fresh": {
        "front": ("title", "published_at", "snippet", "tags"),
        "heading": False,
        "closing": "<br/>\n<br/>\n<br/>\n",
        "file": "{slug}.md",
    },
    # Pages and page bundles: https://gohugo.io/content-management/front-matter/
    "hugo": {
        "front": (
            "title",
            "date={published_at}",
            "draft",
            "slug",
            "summary={snippet}",
            "tags={tag_list}",
        ),
        "heading": False,
        "closing": "",
        "file": "{slug}/index.md",
    },
    # Posts: https://jekyllrb.com/docs/posts/ and https://jekyllrb.com/docs/front-matter/
    "jekyll": {
        "front": (
            "layout=post",
            "title",
            "date={published_at}",
            "slug",
            "excerpt={snippet}",
            "tags={tag_list}",
        ),
        "heading": False,
        "closing": "",
        "file": "{date}-{slug}.md",
    },
    "plain": {"front": (), "heading": True, "closing": "", "file": "{slug}.md"},
}
"""Deno Fresh (the canonical form), Hugo, Jekyll, and Markdown without front matter."""
