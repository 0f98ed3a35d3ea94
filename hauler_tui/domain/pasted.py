"""Links found in any text that people paste: prose, Markdown, HTML, TeX, mails and chats."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from html import unescape
from itertools import islice

from hauler_tui.domain.identifiers import PAPER_ADDRESS, arxiv_id, doi, pmid
from hauler_tui.domain.identity import aliases
from hauler_tui.domain.tables import unrolled
from hauler_tui.domain.text import clean_line
from hauler_tui.domain.urls import behind_redirect, normalise_url

_LONGEST_LINK = 4000
_LINK_END = '\\s<>"`|\u201c\u201d\u00ab\u00bb\u200b\u200e\u200f\u2060\ufeff\uff1e\\\\'
_LINK_END += "\u2190-\u21ff\u3001\u3002\u3008-\u3011\u3014-\u301b"
_LINK_END += "\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff62\uff63"
_IN_BRACKETS = r"\[[\w.:-]{0,40}\](?=[\[=&%]|[0-9]\.[0-9]\.CO)"
"""What stands in brackets within an address: a name in a query, or pages in an old DOI."""

_REST = rf"(?:(?!(?<![/=])[,;]?https?://)[^{_LINK_END}\[\]]|\\(?=[_%&#~])|{_IN_BRACKETS})+"
"""The rest of an address in prose: up to what no address holds, as a bracket or an arrow, or to
the next address where it is not one inside the other. A backslash stands before TeX's own signs."""

_WITHOUT_SCHEME = (
    r"(?:(?:export|rss)\.)?arxiv\.org|(?:dx\.)?doi\.org|openreview\.net|(?:bio|med)rxiv\.org"
    r"|(?:pubmed\.|pmc\.)ncbi\.nlm\.nih\.gov|(?:hf|huggingface)\.co|alphaxiv\.org|nature\.com"
    r"|(?:mobile\.)?(?:x|twitter)\.com|github\.com|youtube\.com|youtu\.be|aclanthology\.org"
)
"""Sites whose addresses people paste without ``https://``, as browsers and chats show them."""

_OLD_ID = r"[a-z]{1,8}(?:-[a-z]{2,4})?(?:\.[a-z-]{2,8})?/[0-9]{7}"
_PAPER = (
    rf"(?:{PAPER_ADDRESS})(?:[0-9]{{4}}\.[0-9]{{4,5}}|{_OLD_ID})(?:v[1-9][0-9]{{0,2}})?(?![0-9])(?:\.pdf)?"
    r"(?:[?#][\w.=&%+~-]*)?"
)
"""The address of an arXiv paper without scheme: it ends with the identifier, whatever follows."""

_SERIAL_DOI = (
    r"10\.[0-9]{4,9}/[^\s<>\"]{1,80}<[^\s<>\"]{1,40}>[0-9]\.[0-9]{1,2}\.[A-Z]{2};2(?:-[0-9A-Z#%])?"
)
"""A DOI that was made of a SICI, which has angle brackets (ANSI/NISO Z39.56)."""

_LINK = re.compile(
    rf"https?://(?:{_PAPER}"
    rf"|(?=[^\s<>\"]{{20,280}}<[^\s<>\"]{{1,40}}>[0-9])[^\s<>\"]{{1,200}}?/{_SERIAL_DOI}|{_REST})"
    rf"|(?<![a-z_@./-])(?=[a-z0-9.]{{5,22}}/){_PAPER}"
    rf"|(?<![\w.@/-])(?:www\.(?:[\w-]{{1,63}}\.){{1,6}}[a-z]{{2,24}}|{_WITHOUT_SCHEME})/{_REST}"
    r"|\barxiv\s?:\s?(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]{2,10}(?:\.[a-z-]{2,8})?/[0-9]{7})(?:v[0-9]{1,3})?"
    rf"|(?<![\w./=-])(?:doi\s?:\s?)?(?:{_SERIAL_DOI}|10\.[0-9]{{4,9}}(?:\.[0-9]{{1,9}})*/{_REST})"
    rf"|(?<![\w.,/=$€£%+-])(?:[0-9]{{4}}\.[0-9]{{5}}|{_OLD_ID})"
    r"(?:v[1-9][0-9]{0,2})?(?:\.pdf)?(?![\w%]|[.,/-]\w)"
    r"|(?<![\w./=-])(?:PMC[1-9][0-9]{4,8}|PMID\s?:?\s?[1-9][0-9]{0,8})(?![\w%]|[./-]\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A link in a text, and what the text calls it."""

    link: str
    title: str
    """One line; empty where the text says nothing that could be a title."""


def find_links(text: str) -> tuple[str, ...]:
    """Return every link, arXiv id and DOI in any text as an address, in order, each work once."""
    return tuple(found.link for found in named_links(text))


def named_links(text: str) -> tuple[Pasted, ...]:
    """Return what `find_links` does with the words that Markdown, HTML and tables name it by.

    Pictures that a text shows, as the badges of a README, are none of its links.
    """
    text, named = unrolled(_plain(text))
    links: dict[str, Pasted] = {}
    for found in _LINK.finditer(text):
        is_quoted = text[max(0, found.start() - 1) : found.start()] == "'"
        written = _QUOTE.split(found.group(), 1)[0] if is_quoted else found.group()
        link = _as_link(_without_tail(written))
        names = aliases(link=link) if link else ()
        if names and names[0].startswith("url:") and _is_part(text, found.start()):
            continue
        if names and (names[0] not in links or not links[names[0]].title):
            known = links.get(names[0])
            label = _label(text, found.start(), found.end()) or named.get(found.start(), "")
            title = _title(label)
            links[names[0]] = Pasted(link=known.link if known else link, title=title)
    return tuple(links.values())


def _is_part(text: str, start: int) -> bool:
    """Whether the address at `start` is of a picture, a script or else a part of a page."""
    before = text[max(0, start - _LONGEST_LABEL) : start]
    if _PICTURE.search(before):
        return True
    tag = _LINK_TAG.search(before)
    return (
        tag is not None
        and _PARTS.search(tag[0] + text[start : start + _LONGEST_LABEL].split(">", 1)[0])
        is not None
    )


def _label(text: str, start: int, end: int) -> str:
    """Return the words that the link from `start` to `end` stands under; empty for none."""
    before = text[max(0, start - _LONGEST_LABEL) : start]
    if before.endswith(("](", "](<", "]( ")):
        lead = _MARKDOWN_LEAD.search(before)
        return lead[2] if lead and not lead[1] else ""
    if _HREF.search(before[-12:]):
        anchor = _HTML_LABEL.match(text[end : end + 3 * _LONGEST_LABEL])
        blocks = _BLOCK.split(_BREAK.sub(" ", anchor[1])) if anchor else []
        return next((words for block in blocks if (words := _TAG.sub("", block)).strip()), "")
    after = text[end : end + _LONGEST_LABEL]
    if before.endswith("[["):
        found = _ORG_LABEL.match(after)
    else:
        found = (_SLACK_LABEL if before.endswith("<") else _ASCIIDOC_LABEL).match(after)
    if found and found.re is _ASCIIDOC_LABEL:
        return _ASCIIDOC_EXTRAS.sub("", found[1]).removesuffix("^").strip('"')
    return found[1] if found else ""


_LONGEST_LABEL = 600
_PICTURE = re.compile(
    r"!\[(?:[^\[\]\\]|\\.){0,500}\]\(\s?<?\Z|<(?:(?:img|script)\s[^<>]{0,400}?\bsrc|base\s[^<>]{0,400}?\bhref)\s?=\s?[\"']?\Z",
    re.IGNORECASE,
)
"""What stands before the address of a picture, and in HTML of a script or a base."""
_LINK_TAG = re.compile(r"<link\s[^<>]{0,400}?\bhref\s?=\s?[\"']?\Z", re.IGNORECASE)
_PARTS = re.compile(
    r"\brel\s?=\s?[\"']?[\w -]{0,40}?\b(?:stylesheet|icon|preload|modulepreload|prefetch|preconnect"
    r"|manifest|search|pingback)\b",
    re.IGNORECASE,
)
"""What a page loads or tells programs by a ``<link>``, unlike its own or another page's address."""
_MARKDOWN_LEAD = re.compile(
    r"(!?)\[((?:[^\[\]\\]|\\.|\[[^\[\]]{0,100}\]){1,500})\]\(\s?<?\Z", re.DOTALL
)
_ORG_LABEL = re.compile(r"\]\[([^\[\]]{1,500})\]\]")
_ASCIIDOC_LABEL = re.compile(r"\[([^\[\]\n]{1,500})\](?!\()")
_ASCIIDOC_EXTRAS = re.compile(
    r"(?:,\s?(?:window|role|opts|options|rel|id|title)=(?:\"[^\"]*\"|[^,\"]*))+\Z"
)
_SLACK_LABEL = re.compile(r"\|([^<>|\n]{1,500})>")
_HREF = re.compile(r"""href\s?=\s?["']?\Z""", re.IGNORECASE)
_HTML_LABEL = re.compile(r"[^<>]{0,200}>(.{1,1500}?)</?a[\s>]", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|td|tr|table|section|article|figure|figcaption|header)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
"""What ends the first of several texts within a link, as a card's headline before its teaser."""
_BREAK = re.compile(r"<br\b[^<>]{0,300}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,300}>", re.IGNORECASE)


def _title(label: str) -> str:
    """Return a label as a title; empty for one that is a number, a link or only a word for one."""
    if not label:
        return ""
    words = clean_line(unescape(_MARKS.sub("", label)), _LONGEST_LABEL).strip()
    if _NO_TITLE.fullmatch(words) or _LINK.search(words):
        return ""
    return words


_MARKS = re.compile(r"\*{1,3}|`+|(?<!\w)_{1,3}|_{1,3}(?!\w)|\\(?=[^\w\s])")
_NO_TITLE = re.compile(
    r"[\W\d_]*|[A-Za-z]{1,2}|(?:the |this |click |read |see |full |link to (?:the )?)?"
    r"(?:link|here|more|this|there|pdf|html|text|arxiv|alphaxiv|doi|abs|abstract|paper"
    r"|preprint|article|post|page|blog|code|web|source|url|website|github|slides?|video"
    r"|project(?: page)?|data(?:set)?|demo)\W*",
    re.IGNORECASE,
)
"""Labels that say what stands behind them, and not what it is called."""


def _plain(text: str) -> str:
    """Return a text without what HTML, JSON, code, line ends and mail filters do to addresses."""
    text = text.replace("\\/", "/").replace("\\u0026", "&")
    text = _ESCAPED_LINE_END.sub("\n", text)
    text = _ESCAPED_SIGN.sub(_sign, text)
    text = _WRAPPED.sub(lambda found: _LINE_END.sub("", found[0]), text)
    text = _WRAPPED_PAPER.sub(r"\1\2", text)
    return _FILTERED.sub(_unfiltered, _UNSEEN.sub("", text))


_WRAPPED = re.compile(
    r"<https?://[^\s<>]{1,500}(?:[ \t]*\r?\n[ \t>]*(?!https?://)[^\s<>]{1,500}){1,8}>",
    re.IGNORECASE,
)
"""An address in angle brackets over several lines, whose ends do not count (RFC 3986, C)."""

_GAP = r"[ \t]{0,9}\r?\n[ \t>]{0,20}"
_WRAPPED_PAPER = re.compile(
    rf"(\barxiv\.org/(?:abs|pdf|html)/)(?:([0-9]{{4}}\.){_GAP}(?=[0-9]{{4,5}}(?![0-9]))"
    rf"|{_GAP}(?=[0-9]{{4}}\.[0-9]{{4,5}}(?![0-9])))",
    re.IGNORECASE,
)
"""The address of a paper that a mail broke before its number, or within that."""

_LINE_END = re.compile(r"[ \t]*\r?\n[ \t>]*")
_HIDDEN = "[\u00ad\u200b\u2060\ufeff]{1,3}"
_UNSEEN = re.compile(
    rf"(?<=[0-9]\.){_HIDDEN}(?=[0-9])|(?<=[0-9]){_HIDDEN}(?=\.[0-9])|(?<=/){_HIDDEN}(?=\w)"
)
"""Where a page lets a long address break: it shows nothing, and is copied with it."""

_FILTERED = re.compile(
    r"https?://urldefense\.(?:com|us)/v3/__(\S{1,2000}?)__;([A-Za-z0-9_=-]{0,2000})!!"
    r"[A-Za-z0-9_!*-]{0,500}\$?",
    re.IGNORECASE,
)
"""An address as Proofpoint writes it, its unusual signs as stars and told behind it."""


def _unfiltered(found: re.Match[str]) -> str:
    """Return the address within Proofpoint's."""
    try:
        signs = iter(urlsafe_b64decode(found[2] + "==").decode("utf-8", "replace"))
    except ValueError:
        signs = iter("")

    def told(star: re.Match[str]) -> str:
        count = _RUNS.index(star[1]) + 2 if star[1] else 1
        return "".join(islice(signs, count)) or star[0]

    return _STARS.sub(told, found[1])


_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STARS = re.compile(r"\*(?:\*([A-Za-z0-9_-]))?")
"""A star for each sign, or two stars and how many there are, ``A`` for two."""


_ESCAPED_LINE_END = re.compile(r"\\[nrt]")
_ESCAPED_SIGN = re.compile(
    r"&(?:amp;){0,3}(?:(lt|#0{0,4}60|#x0{0,4}3c)|(gt|#0{0,4}62|#x0{0,4}3e)"
    r"|quot|nbsp|#0{0,4}(?:34|160)|#x0{0,4}(?:22|a0));",
    re.IGNORECASE,
)


def _sign(found: re.Match[str]) -> str:
    """Return the sign that an entity of HTML stands for, of those that end an address."""
    return "<" if found[1] else ">" if found[2] else '"'


def _as_link(found: str) -> str:
    """Return the address for a link, an arXiv id or a DOI found in a text; empty for none."""
    if found[:4].lower() == "http":
        link = behind_redirect(_ESCAPED_IN_TEX.sub(r"\1", found))
        link = _SPACES_AFTER.sub("", link).replace("<", "%3C").replace(">", "%3E")
        return link if normalise_url(link) else ""
    if found[:3].upper() == "PMC":
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{found.upper()}/"
    if (medical := pmid(found)) is not None:
        return f"https://pubmed.ncbi.nlm.nih.gov/{medical}/"
    if _SITE.match(found):
        address = "https://" + found
        return address if normalise_url(address) else ""
    paper = arxiv_id(found)
    if paper is not None:
        return f"https://arxiv.org/abs/{paper[0]}" + (f"v{paper[1]}" if paper[1] else "")
    name = doi(found)
    return "https://doi.org/" + name.replace("<", "%3C").replace(">", "%3E") if name else ""


_ESCAPED_IN_TEX = re.compile(r"\\([_%&#~])")
_SPACES_AFTER = re.compile(r"(?:%20|…)+\Z")
_SITE = re.compile(rf"(?:www\.|{_WITHOUT_SCHEME}|{PAPER_ADDRESS})", re.IGNORECASE)


def _without_tail(link: str) -> str:
    """Return a link found in prose up to what closes nothing in it, without punctuation at its end.

    Empty when it is absurdly long.
    """
    if len(link) > _LONGEST_LINK:
        return ""
    depth = dict.fromkeys(_CLOSING.values(), 0)
    for place, sign in enumerate(link):
        if sign in depth:
            depth[sign] += 1
        elif sign in _CLOSING:
            depth[_CLOSING[sign]] -= 1
            if depth[_CLOSING[sign]] < 0:
                link = link[:place]
                break
    return link.rstrip(_TAIL).removesuffix("’s").rstrip(_TAIL)


_CLOSING = {")": "(", "}": "{"}
_TAIL = ".,;:!?'’…*_~({"
_QUOTE = re.compile(r"'(?!\w)")
