"""HTML as Markdown, by markdownify."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from markdownify import MarkdownConverter


class Converter(MarkdownConverter):
    """markdownify with links allow-listed and nothing escaped, so that TeX stays as it is."""

    def __init__(self, base: str) -> None:
        super().__init__(
            heading_style="ATX",
            bullets="-",
            escape_asterisks=False,
            escape_underscores=False,
            escape_misc=False,
        )
        self._base = base

    def convert_a(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A link to http(s) as Markdown, any other one as its text."""
        label = re.sub(r"\s+", " ", text).strip()
        try:
            target = urljoin(self._base, str(element.get("href") or "").strip())
        except ValueError:
            return text
        if not label or not re.match(r"https?://[^\s<>()]+\Z", target, re.IGNORECASE):
            return text
        return f"<{target}>" if label == target else f"[{label}]({target})"

    def convert_math(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A formula as the TeX it was made of, where it tells."""
        told = element.find("annotation", attrs={"encoding": "application/x-tex"})
        tex = str(element.get("alttext") or "") if told is None else told.get_text()
        tex = re.sub(r"\s+", " ", tex).strip()
        return f"${tex}$" if tex and "$" not in tex else text

    def convert_span(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A stretch of text; what KaTeX draws of a formula says it a second time."""
        return "" if "katex-html" in (element.get("class") or ()) else text

    def convert_summary(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """The heading of what can be folded, on a line of its own."""
        return f"\n\n{text.strip()}\n\n"

    def convert_img(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A picture as its description, apart from a link or picture right beside it."""
        told = re.sub(r"\s+", " ", str(element.get("alt") or "")).strip()
        if not told:
            return ""
        before = " " if _name_of(element.previous_sibling) == "a" else ""
        return f"{before}{told}{' ' if _name_of(element.next_sibling) in ('a', 'img') else ''}"

    def convert_blockquote(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A quotation as a paragraph of its own, also after bare text."""
        parent: Any = super()
        quoted = str(parent.convert_blockquote(element, text, parent_tags))
        is_alone = quoted.startswith("\n>") and "li" not in parent_tags
        return f"\n{quoted}" if is_alone else quoted

    def convert_td(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A cell of a table, in which a bar is no border (GFM, 4.10)."""
        parent: Any = super()
        return str(parent.convert_td(element, _with_bars(text), parent_tags))

    def convert_th(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """A heading of a table, in which a bar is no border."""
        parent: Any = super()
        return str(parent.convert_th(element, _with_bars(text), parent_tags))


def _with_bars(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", text) if "|" in text else text


def _name_of(neighbour: Any) -> str:
    """The tag that a neighbour is; empty for text, or none."""
    return str(getattr(neighbour, "name", None) or "")
