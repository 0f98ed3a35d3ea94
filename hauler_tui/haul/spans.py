"""Runs of text in one style, and how Markdown's inline tokens become them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal, TypeAlias

from markdown_it.token import Token

from hauler_tui.domain.text import visible
from hauler_tui.haul.cardhtml import is_cheap, run

Style: TypeAlias = Literal["plain", "strong", "emphasis", "code", "link", "image"]

_URL = re.compile(r"https?://[^\s<>\"]+")
_AFTER_URL = ".,;:!?'*_~)]}"
_SAFE_LINK = re.compile(r"(?:https?:|mailto:|/|#|[^:]*\Z)", re.IGNORECASE)
_STYLES: dict[str, Style] = {
    "b": "strong",
    "strong": "strong",
    "i": "emphasis",
    "em": "emphasis",
    "cite": "emphasis",
    "code": "code",
    "kbd": "code",
}
_SILENT = frozenset(
    {"abbr", "center", "del", "div", "font", "ins", "mark", "p", "q", "s", "small", "span", "sub"}
    | {"sup", "tt", "u", "wbr"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Text in one style; safe to draw."""

    text: str
    style: Style = "plain"
    link: str | None = None
    """Where a link or an image leads."""


class SpanWriter:
    """Collects spans while styles and links open and close."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._styles: list[Style] = []
        self._links: list[str | None] = []

    def text(self, text: str, style: Style | None = None) -> None:
        """Add text in the innermost style; addresses in it become links."""
        link = self._links[-1] if self._links else None
        chosen = style or ("link" if link else self._styles[-1] if self._styles else "plain")
        if link or chosen == "code":
            self._add(text, chosen, link)
            return
        done = 0
        for found in _URL.finditer(text):
            address = found.group()
            while address and address[-1] in _AFTER_URL:
                if address[-1] == ")" and "(" in address:
                    break
                address = address[:-1]
            self._add(text[done : found.start()], chosen, None)
            self._add(address, "link", address)
            done = found.start() + len(address)
        self._add(text[done:], chosen, None)

    def image(self, alternative: str, source: str) -> None:
        """Add what stands for an image: its alternative text, else its file's name."""
        name = " ".join(alternative.split()) or source.rstrip("/").rpartition("/")[2] or "image"
        self._add(f"[image: {name}]", "image", source if _SAFE_LINK.match(source) else None)

    def open_style(self, style: Style) -> None:
        """Begin a style."""
        self._styles.append(style)

    def close_style(self) -> None:
        """End the innermost style, if there is one."""
        if self._styles:
            self._styles.pop()

    def open_link(self, link: str) -> None:
        """Begin a link; one that would run code when opened is text only."""
        self._links.append(link if link and _SAFE_LINK.match(link) else None)

    def close_link(self) -> None:
        """End the innermost link, if there is one."""
        if self._links:
            self._links.pop()

    def tag(self, name: str, attributes: Sequence[tuple[str, str | None]], *, is_end: bool) -> bool:
        """Obey an HTML tag; False when it means nothing here."""
        values = dict(attributes)
        if name == "br":
            self._add("\n", "plain", None)
        elif name == "img" and not is_end:
            self.image(values.get("alt") or "", values.get("src") or "")
        elif name == "a":
            if is_end:
                self.close_link()
            else:
                self.open_link(values.get("href") or "")
        elif name in _STYLES:
            if is_end:
                self.close_style()
            else:
                self.open_style(_STYLES[name])
        else:
            return name in _SILENT
        return True

    def take(self) -> tuple[Span, ...]:
        """What was collected, to begin anew; open styles stay open."""
        taken, self.spans = tuple(self.spans), []
        return taken

    def _add(self, text: str, style: Style, link: str | None) -> None:
        if not text:
            return
        last = self.spans[-1] if self.spans else None
        if last and last.style == style and last.link == link and style != "image":
            self.spans[-1] = Span(text=last.text + visible(text), style=style, link=link)
        else:
            self.spans.append(Span(text=visible(text), style=style, link=link))


def inline_spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    """The spans of one paragraph's inline tokens."""
    writer = SpanWriter()
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                writer.text(token.content)
            case "softbreak":
                writer.text(" ")
            case "hardbreak":
                writer.text("\n")
            case "code_inline":
                writer.text(token.content, "code")
            case "strong_open":
                writer.open_style("strong")
            case "em_open":
                writer.open_style("emphasis")
            case "strong_close" | "em_close":
                writer.close_style()
            case "link_open":
                writer.open_link(str(token.attrGet("href") or ""))
            case "link_close":
                writer.close_link()
            case "image":
                writer.image(token.content, str(token.attrGet("src") or ""))
            case "html_inline":
                _html_inline(writer, token.content)
    return _folded(writer.take())


def _folded(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Without the space that a line break inside the source leaves after ``<br/>``."""
    folded: list[Span] = []
    for span in spans:
        after_break = folded and folded[-1].text.endswith("\n")
        text = span.text.lstrip(" ") if after_break else span.text
        text = re.sub(r"\n +", "\n", text)
        if text:
            folded.append(Span(text=text, style=span.style, link=span.link))
    return tuple(folded)


def _html_inline(writer: SpanWriter, html: str) -> None:
    if html.startswith(("<!", "<?")):
        return
    if not any(writer.tag(name, values, is_end=end) for name, values, end in _tags(html)):
        writer.text(html)


def _tags(html: str) -> Iterator[tuple[str, Sequence[tuple[str, str | None]], bool]]:
    if not is_cheap(html):
        return iter(())
    reader = _TagReader()
    run(reader, html)
    return iter(reader.found)


class _TagReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, Sequence[tuple[str, str | None]], bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs, False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs, False))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((tag, (), True))
