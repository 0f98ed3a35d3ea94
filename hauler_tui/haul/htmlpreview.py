"""HTML blocks as styled text: what they say, never what they would do."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Literal, TypeAlias

from hauler_tui.domain.text import visible
from hauler_tui.haul.cardhtml import is_cheap, run
from hauler_tui.haul.spans import Span, SpanWriter

HtmlKind: TypeAlias = Literal["paragraph", "heading", "quote", "item", "code", "rule"]

_BREAKING: dict[str, HtmlKind] = {
    "blockquote": "quote",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "li": "item",
    "pre": "code",
}
_PARTS = frozenset(
    {"article", "aside", "details", "div", "dl", "dd", "dt", "figcaption", "figure", "footer"}
    | {"header", "main", "ol", "p", "section", "summary", "table", "tbody", "td", "th", "thead"}
    | {"tr", "ul"}
)
_HIDDEN = frozenset({"script", "style", "template", "title", "textarea"})


def html_blocks(html: str) -> tuple[tuple[HtmlKind, tuple[Span, ...]], ...]:
    """The blocks of an HTML block; one that is not safe to read is shown as its source."""
    if not is_cheap(html):
        return (("code", (Span(text=visible(html), style="code"),)),)
    reader = _Reader()
    run(reader, html)
    reader.end_block()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[HtmlKind, tuple[Span, ...]]] = []
        self.writer = SpanWriter()
        self.kinds: list[HtmlKind] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "hr":
            self.end_block()
            self.blocks.append(("rule", ()))
        elif tag in _BREAKING:
            self.end_block()
            self.kinds.append(_BREAKING[tag])
        elif tag in _PARTS:
            self.end_block()
        else:
            self.writer.tag(tag, attrs, is_end=False)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BREAKING:
            self.end_block()
            if self.kinds:
                self.kinds.pop()
        elif tag in _PARTS:
            self.end_block()
        elif tag != "br":
            self.writer.tag(tag, (), is_end=True)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.kinds and self.kinds[-1] == "code":
            self.writer.text(data, "code")
            return
        folded = " ".join(data.split())
        if not folded:
            folded = " " if data and self.writer.spans else ""
        elif data[0].isspace() and self.writer.spans:
            folded = " " + folded
        if folded.strip() and data[-1].isspace():
            folded += " "
        last = self.writer.spans[-1].text if self.writer.spans else "\n"
        self.writer.text(folded.lstrip(" ") if last.endswith((" ", "\n")) else folded)

    def end_block(self) -> None:
        """Close the block that is being collected."""
        spans = self.writer.take()
        if any(span.text.strip(" ") for span in spans):
            self.blocks.append((self.kinds[-1] if self.kinds else "paragraph", spans))
