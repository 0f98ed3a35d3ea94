"""An issue as one HTML page that needs no other file, and runs nothing."""

from __future__ import annotations

import html
from functools import cache

import nh3
from markdown_it import MarkdownIt

from hauler_tui.haul.footnotes import keep_footnotes
from hauler_tui.haul.formats.issue import Issue
from hauler_tui.haul.model import FrontMatter

_POLICY = "default-src 'none'; img-src https: http:; style-src 'unsafe-inline'"
"""Pictures are shown, and nothing else is loaded or run (Content Security Policy, level 3)."""

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.2rem 4rem;
  font: 1.05rem/1.6 Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; font-family: system-ui, sans-serif; }
h1 { margin-bottom: 0.2em; }
h2 { margin-top: 2.2em; }
.about { color: GrayText; margin-top: 0; }
blockquote { margin: 1.5em 0 1em; padding: 0.2em 1.1em; border-left: 4px solid #8886;
  background: #8881; border-radius: 4px; }
blockquote a { text-decoration: none; }
blockquote h4 { margin: 0.6em 0 0.2em; }
blockquote p { margin: 0.2em 0 0.6em; color: CanvasText; }
hr { border: 0; border-top: 1px solid #8886; margin: 2.2em 0; }
img { max-width: 100%; height: auto; }
pre { overflow-x: auto; padding: 0.8em; background: #8881; }
code { font-size: 0.9em; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid #8886; padding: 0.2em 0.6em; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
{about}<main>
{body}</main>
</body>
</html>
"""


def page(issue: Issue) -> str:
    """The whole page; scripts, event handlers and forms of the text are left out."""
    about = " · ".join(
        html.escape(words)
        for words in (
            issue.published_at.date().isoformat() if issue.published_at else "",
            issue.snippet,
        )
        if words
    )
    return _PAGE.format(
        policy=_POLICY,
        style=_STYLE,
        title=html.escape(issue.title or issue.slug),
        about=f'<p class="about">{about}</p>\n' if about else "",
        body=body(issue),
    )


def body(issue: Issue) -> str:
    """The text below the front matter as HTML that is balanced and safe to show.

    Relative links become absolute where the series' site is known.
    """
    blocks = (block for block in issue.document.blocks if not isinstance(block, FrontMatter))
    markdown = "".join(block.source for block in blocks)
    if issue.document.is_too_large:
        return f"<pre>{html.escape(markdown)}</pre>\n"
    rendered = _parser().render(markdown.replace("\0", "\ufffd"))
    if not issue.site:
        return nh3.clean(rendered)
    return nh3.clean(rendered, url_relative=("rewrite_with_base", issue.site))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"linkify": True, "html": True})
    parser.enable(["table", "strikethrough", "linkify"])
    assert parser.linkify is not None, "linkify-it-py is installed with markdown-it-py[linkify]"
    # In prose about papers “e.g. main.py” is no address.
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    keep_footnotes(parser)
    return parser
