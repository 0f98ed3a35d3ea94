"""Short names for subscriptions: ``arxiv:``, ``biorxiv:``, ``medrxiv:`` and ``hf:``."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

from hauler_tui.errors import SourceError
from hauler_tui.sources.subjects import (
    ARXIV_CATEGORIES,
    arxiv_category,
    preprint_subject,
)

HF_DAILY = "https://huggingface.co/api/daily_papers?limit=100"
"""Hugging Face's papers of the day, as JSON; there is no feed of them."""
ARXIV_QUERY = "https://export.arxiv.org/api/query"
"""arXiv's query API, which answers Atom (https://info.arxiv.org/help/api/user-manual.html)."""

_NEWEST = 200
"""Papers that a query brings, newest first."""
_LONGEST_QUERY = 1_000
_SHORT = re.compile(r"(?P<scheme>arxiv|biorxiv|medrxiv|hf):(?P<rest>.*)", re.I | re.DOTALL)
_FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "all")
_OPERATORS = ("AND", "OR", "ANDNOT")
_TOKEN = re.compile(
    r"(?P<bracket>[()])"
    r"|(?:(?P<field>[A-Za-z]+):\s*)?(?:\"(?P<phrase>[^\"]*)\"|(?P<word>[^\s()\":]+))"
    r"|(?P<wrong>\S)"
)
_QUERY_HINT = 'write it like arxiv:au:"Jurafsky" or arxiv:"protein language" cat:q-bio.*'


def expanded(text: str) -> str | None:
    """The address a short name stands for; None when the text is no short name.

    Raises SourceError, with a hint, for a category, a subject or a query that cannot be right.
    """
    found = _SHORT.fullmatch(text.strip())
    if found is None:
        return None
    scheme, rest = found["scheme"].lower(), found["rest"].strip()
    if scheme == "arxiv":
        return _arxiv(rest)
    if scheme == "hf":
        if rest.lower() in ("daily", "papers"):
            return HF_DAILY
        raise SourceError(
            f"“hf:{rest[:60]}” is not known", "hf:daily is Hugging Face's papers of the day"
        )
    parts = [part for part in rest.split("+") if part.strip()] or [""]
    subjects = dict.fromkeys(preprint_subject(scheme, part) for part in parts)
    return preprint_feed(scheme, "+".join(subjects))


def preprint_feed(server: str, subject: str) -> str:
    """The feed of a subject of ``biorxiv`` or ``medrxiv``, on the host that lets readers in."""
    return f"https://connect.{server}.org/{server}_xml.php?subject={subject}"


def arxiv_feed(spec: str, form: str = "rss") -> str:
    """The daily feed of categories joined by ``+``. Raises SourceError for an unknown one."""
    categories = dict.fromkeys(arxiv_category(part) for part in spec.strip(" /").split("+"))
    return f"https://rss.arxiv.org/{form}/{'+'.join(categories)}"


def _arxiv(text: str) -> str:
    spec = re.sub(r"\s*[+,]\s*", "+", text)
    if not re.search(r"[\s:\"()*]", spec):
        return arxiv_feed(spec)
    words = re.split(r"[+\s]+", spec)
    if all(word.lower() in ARXIV_CATEGORIES for word in words):
        return arxiv_feed("+".join(words))
    query = _query(text)
    return (
        f"{ARXIV_QUERY}?search_query={quote_plus(query, safe=':*')}"
        f"&sortBy=submittedDate&sortOrder=descending&start=0&max_results={_NEWEST}"
    )


def _query(text: str) -> str:
    """A query as the API wants it: every term with its field, an operator between all of them."""
    if len(text) > _LONGEST_QUERY:
        raise SourceError(f"the query has more than {_LONGEST_QUERY} characters", _QUERY_HINT)
    parts: list[str] = []
    depth = terms = 0
    for found in _TOKEN.finditer(text):
        if found["wrong"]:
            raise SourceError(f"“{text[found.start() :][:40]}” cannot be searched for", _QUERY_HINT)
        token = found["bracket"] or found["word"] or ""
        if found["field"] is None and token in _OPERATORS:
            if not parts or parts[-1] == "(" or parts[-1] in _OPERATORS:
                raise SourceError(f"nothing stands before {token}", _QUERY_HINT)
            parts.append(token)
            continue
        if token == ")":
            depth -= 1
            if depth < 0 or parts[-1] == "(" or parts[-1] in _OPERATORS:
                raise SourceError("a closing parenthesis closes nothing", _QUERY_HINT)
            parts.append(")")
            continue
        if parts and parts[-1] != "(" and parts[-1] not in _OPERATORS:
            parts.append("AND")
        if token == "(":
            depth += 1
            parts.append("(")
        else:
            terms += 1
            parts.append(_term(found))
    if not terms or depth or parts[-1] in _OPERATORS:
        raise SourceError("the query for arXiv is not complete", _QUERY_HINT)
    return " ".join(parts).replace("( ", "(").replace(" )", ")")


def _term(found: re.Match[str]) -> str:
    field = (found["field"] or "all").lower()
    phrase, word = found["phrase"], found["word"]
    if field == "id":
        raise SourceError("one paper is no subscription", "capture it with: hauler add arxiv:ID")
    if field not in _FIELDS:
        raise SourceError(
            f"arXiv has no field “{field[:20]}:”", f"it can be {', '.join(_FIELDS[:-1])} or all"
        )
    if field == "cat":
        return f"cat:{_category_pattern(phrase if phrase is not None else word)}"
    if phrase is not None:
        words = " ".join(phrase.split())
        if not words:
            raise SourceError("the query for arXiv holds an empty phrase", _QUERY_HINT)
        return f'{field}:"{words}"'
    if found["field"] is None and "." in word and word.lower() in ARXIV_CATEGORIES:
        return f"cat:{arxiv_category(word)}"
    return f"{field}:{word}"


def _category_pattern(text: str) -> str:
    """A category, or an archive with all of its own as ``q-bio.*``; SourceError for no such."""
    archive = re.sub(r"\.?\*$", "", text)
    return f"{arxiv_category(archive)}.*" if archive != text else arxiv_category(text)
