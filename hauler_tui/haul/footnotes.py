"""Footnotes as Markdown's dialects write them, kept apart from references to links."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_NOTE = re.compile(r"\[\^([^\]\s]{1,100})\]:(?!\S)[ \t]*")
_MARK = re.compile(r"\[\^([^\]\s]{1,100})\](?!:)")
_KNOWN = "footnotes"


def keep_footnotes(parser: MarkdownIt) -> None:
    """Let ``[^1]: words`` be a paragraph and ``[^1]`` a raised mark, not a link to ``words``."""
    parser.block.ruler.before("reference", "footnote", _note, {"alt": ["paragraph"]})
    parser.inline.ruler.before("link", "footnote_mark", _mark)


def _note(state: StateBlock, first: int, after: int, silent: bool) -> bool:
    found = None if state.is_code_block(first) else _begins(state, first)
    if found is None:
        return False
    if silent:
        return True
    line = first + 1
    while line < after and not state.isEmpty(line) and _begins(state, line) is None:
        line += 1
    words = state.getLines(first, line, state.blkIndent, False).strip()
    state.env.setdefault(_KNOWN, set()).add(found[1])
    state.line = line
    opened = state.push("paragraph_open", "p", 1)
    opened.map = [first, line]
    inline = state.push("inline", "", 0)
    # The mark of the note itself is raised as the marks in the text are.
    inline.content = words.replace("]:", "]", 1)
    inline.map = [first, line]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _begins(state: StateBlock, line: int) -> re.Match[str] | None:
    start = state.bMarks[line] + state.tShift[line]
    return _NOTE.match(state.src, start, state.eMarks[line])


def _mark(state: StateInline, silent: bool) -> bool:
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None or not (found[1].isdecimal() or found[1] in state.env.get(_KNOWN, ())):
        return False
    if not silent:
        state.push("sup_open", "sup", 1)
        state.push("text", "", 0).content = f"[{found[1]}]"
        state.push("sup_close", "sup", -1)
    state.pos = found.end()
    return True
