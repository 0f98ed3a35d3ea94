"""How hauler itself writes the pieces of an issue."""

from __future__ import annotations

import re
from functools import lru_cache

from hauler_tui.domain.identity import canonical_link
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line, shorten
from hauler_tui.haul.markup import strip_blank_lines
from hauler_tui.haul.model import CardContent

SEPARATOR = "<hr/>"
LONGEST_TITLE = 2_000
"""Characters above which a title is cut; no paper's is as long."""
_LONGEST_PARAGRAPH = 20_000

_MARKDOWN = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^()\s]{0,2000}\)"
    r"|\[(?P<link>[^\[\]\n]{1,300})\]\((?:https?:|mailto:|/)[^()\s]{0,2000}\)"
    r"|(?<![\w*])\*\*(?P<strong>[^*\s](?:[^*\n]{0,300}[^*\s])?)\*\*(?![\w*])"
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_UNSAFE_SCHEME = re.compile(r"(?i)[\x00-\x20]*(?:javascript|vbscript|data|file)[\x00-\x20]*:")
_PLAIN = re.compile(r"\Ahttp://(?=[^/?#:]+(?:[/?#]|\Z))")
_CLOSING_HASHES = re.compile(r"(?:(?<=\s)|\A)#+\Z")


def card_html(content: CardContent, abstract_length: int) -> str:
    """A card without its note: one HTML block without a blank line and without a final break."""
    title = card_title(content.title) or card_title(content.link)
    abstract = card_abstract(content.abstract, abstract_length)
    lines = [
        "<blockquote>",
        f'    <a href="{_attribute(card_link(content.link))}">',
        f"    <h4>{escape(title)}</h4>",
    ]
    if abstract:
        lines += ["    <p>", escape(abstract), "    </p>"]
    return "\n".join([*lines, "    </a>", "</blockquote>"])


def card_link(link: str) -> str:
    """The address a card prints: https where it names no port of its own.

    Empty where the link would run code when opened.
    """
    if _UNSAFE_SCHEME.match(link):
        return ""
    return _PLAIN.sub("https://", canonical_link(link) or link)


def card_title(title: str) -> str:
    """A title on one line: TeX turned into Unicode, white space folded, no period at its end."""
    text = clean_line(to_unicode(title), LONGEST_TITLE)
    return text[:-1].rstrip() if text.endswith(".") and not text.endswith("..") else text


def card_abstract(abstract: str, length: int) -> str:
    """The first paragraph, cut to at most ``length`` characters; the ellipsis counts as one.

    With a length of 0 there is none.

    Feeds with HTML bodies give Markdown, which nothing reads inside a card: links and bold words
    are printed as their words, pictures not at all.
    """
    if not length:
        return ""
    first = _PARAGRAPH_END.split(abstract.strip(), maxsplit=1)[0]
    first = _MARKDOWN.sub(lambda found: found["link"] or found["strong"] or "", first)
    return shorten(clean_line(to_unicode(first), _LONGEST_PARAGRAPH), length)


def heading(name: str, level: int = 2) -> str:
    """A lane's heading, or with level 1 the title, so that its words are read back."""
    words = clean_line(name, LONGEST_TITLE if level == 1 else 500)
    kept = _CLOSING_HASHES.sub(lambda found: found.group().replace("#", "\\#"), words)
    return f"{'#' * level} {kept}"


@lru_cache(maxsize=512)
def note(text: str) -> str:
    """A note as it stands in a file: verbatim, without blank lines around it."""
    return strip_blank_lines(text)


def escape(text: str) -> str:
    """Text for the inside of an HTML element; ``>`` and quotes stay."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _attribute(link: str) -> str:
    folded = "%20".join(link.split())
    return escape(folded).replace('"', "%22")
