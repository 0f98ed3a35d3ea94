"""The names that publishers give a work: arXiv ids, DOIs, PubMed and OpenReview ids."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_LONGEST = 2000
_ASKED_AGAIN = 16
"""Names whose parts are remembered: each kind of id asks for those of the same name."""
_ARCHIVES = (
    "acc-phys",
    "adap-org",
    "alg-geom",
    "ao-sci",
    "astro-ph",
    "atom-ph",
    "bayes-an",
    "chao-dyn",
    "chem-ph",
    "cmp-lg",
    "comp-gas",
    "cond-mat",
    "cs",
    "dg-ga",
    "funct-an",
    "gr-qc",
    "hep-ex",
    "hep-lat",
    "hep-ph",
    "hep-th",
    "math",
    "math-ph",
    "mtrl-th",
    "nlin",
    "nucl-ex",
    "nucl-th",
    "patt-sol",
    "physics",
    "plasm-ph",
    "q-alg",
    "q-bio",
    "quant-ph",
    "solv-int",
    "supr-con",
)
"""Archives with identifiers of the form used until March 2007."""

_ARCHIVE_NAMES = {name.replace("-", ""): name for name in _ARCHIVES}

_NEW_ID = r"[0-9]{4}\.[0-9]{4,5}"
_OLD_ID = r"[a-z]{1,8}(?:--?[a-z]{2,4})?(?:\.[a-z]{2,5}(?:-[a-z]{2,5})?)?//?[0-9]{7}"
_ID = rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?:v(?P<version>[1-9][0-9]{{0,2}}))?(?![0-9])"

_BARE_ARXIV = re.compile(
    rf"(?:oai:)?(?:arxiv(?:\.org)?\s?:\s?)?{_ID}(?:\.pdf)?(?:\s*\[[a-z][a-z.-]{{1,20}}\].{{0,40}})?"
)
_BARE_START = re.compile(r"(?:oai:)?(?:arxiv|[0-9]{4}\.|[a-z.-]{2,20}//?[0-9]{7})")
_AFTER_ID = r"(?:\.(?:pdf|md|ps|ps\.gz|html?))?/?(?:[?#].*)?"
_ARXIV_PATH = re.compile(
    rf"/*(?:(?:abs|pdf|html|format|src|e-print|ps|tb|dvi|other)/+)?(?:arxiv:)?{_ID}{_AFTER_ID}"
)
_ARXIV_FILES = re.compile(rf"/+(?:html|src|e-print)/+{_ID}/.*")
_ARXIV_FTP = re.compile(rf"/ftp/arxiv/papers/[0-9]{{4}}/{_ID}{_AFTER_ID}")
_ARXIV_HOST = re.compile(r"(?:(?:www|export|rss|browse|[a-z]{2})\.)?arxiv\.org|xxx\.lanl\.gov")

_ARXIV_READERS = {
    "ar5iv.org": r"(?:abs|html|papers)",
    "ar5iv.labs.arxiv.org": r"(?:abs|html)",
    "alphaxiv.org": r"(?:abs|overview|pdf|html)",
    "huggingface.co": r"papers",
    "hf.co": r"papers",
    "scirate.com": r"arxiv",
    "arxiv-vanity.com": r"papers",
    "papers.cool": r"arxiv",
}
"""Sites that show arXiv's papers, and the path before the identifier."""

_READER_PATHS = {
    host: re.compile(rf"/+{path}/+(?:arxiv:)?{_ID}{_AFTER_ID}")
    for host, path in _ARXIV_READERS.items()
}
PAPER_ADDRESS = (
    r"(?:(?:(?:www|export|rss|browse|[a-z]{2})\.)?arxiv\.org|xxx\.lanl\.gov)"
    r"/+(?:abs|pdf|html|format|src|e-print|ps|tb)/+(?:arxiv:)?"
    + "".join(
        rf"|(?:www\.)?{re.escape(host)}/+{path}/+(?:arxiv:)?"
        for host, path in _ARXIV_READERS.items()
    )
    + r"|(?:www\.)?semanticscholar\.org/+(?:paper/)?arxiv:"
    r"|(?:(?:dx|www)\.)?doi\.org/+10\.48550/arxiv\."
)
"""How an address of an arXiv paper begins, without its scheme, up to the identifier."""

_SCHOLAR_PATH = re.compile(rf"/+(?:paper/)?arxiv:{_ID}{_AFTER_ID}")
_SCHOLAR_HOSTS = ("semanticscholar.org", "api.semanticscholar.org")

_ADDRESS = re.compile(
    r"(?:https?:)?//(?:[^/?#@\s]*@)?([^/?#:@\s]+)(?::[0-9]{0,5})?(?=[/?#]|$)(.*)", re.DOTALL
)
_BARE_HOST = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,6})(?=[/?])(.*)", re.DOTALL)
_RESOLVERS = frozenset({"doi.org", "dx.doi.org", "www.doi.org", "hdl.handle.net", "dx.plos.org"})

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]{1,9})*/\S+")
_DOI_PREFIXED = re.compile(r"(?:info:|urn:)?doi\s?[:/]?\s?(?=10\.)|(?=10\.)")
_DOI_PATH = re.compile(
    r"/(?:doi(?:/(?:abs|full|pdf|epdf|pdfdirect|epub|reader|book|full-xml))?|articles?|chapter"
    r"|book|content(?:/pdf|/epdf|/journal/[a-z0-9-]{1,40})?|epdf|pdf)/+(10\.[0-9]{4,9}(?:\.[0-9]{1,9})*/.+)"
)
_ARTICLE_QUERY = re.compile(r"/[a-z]+/article(?:/file)?\?(?:[^#]*&)?id=(10\.[0-9]{4,9}/[^&#\s]+)")
_DOI_TAIL = re.compile(
    r"(?:/(?:full|abstract|abs|pdf|epdf|epub|html|xml|meta|references|citations|summary|v[0-9]+/full"
    r"|(?:figures|tables)(?:/[0-9]+)?))+$"
    r"|\.pdf$|\.full$"
)
_RESOLVED = re.compile(r"/*(?:https?:/+(?:(?:dx|www)\.)?doi\.org/+)?(?:doi:\s*)?")
_FIGURE = re.compile(r"/(?:figures|tables)/[0-9]+/?$")
_NATURE = re.compile(
    r"/articles/([ds][0-9]{5}-[0-9]{3}-[0-9]{4,5}-[0-9a-z]|nature[0-9]{5}|ncomms[0-9]{4,5}|srep[0-9]{5}"
    r"|(?:nrn|nrg|nrm|nri|nrc|nrd|nrmicro|nn|ng|nm|ni|ncb|nphys|nmat|nsmb|ngeo|nclimate|nbt|nmeth|nprot)"
    r"[0-9]{3,4}|[a-z]{2,12}\.[0-9]{1,5}|[a-z]{2,12}\.[0-9]{4}\.[0-9]{1,5})"
    r"(?:\.pdf)?(?:[/?#].*)?"
)
"""Nature's articles whose address is what follows ``10.1038/`` in their DOI; of some old journals
(``sdata201618``) it is not."""

_PREPRINT = re.compile(
    r"(?P<doi>10\.(?:1101|64898)/(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{6,8})"
    r"(?:v(?P<version>[1-9][0-9]{0,2}))?"
    r"(?:[./?#](?![0-9]).*)?",
    re.DOTALL,
)
_PREPRINT_HOST = re.compile(r"(?:(?:www|connect|m)\.)?(biorxiv|medrxiv)\.org")
_PREPRINT_PATH = re.compile(
    r"/(?:content|lookup/doi)/(?:biorxiv/|medrxiv/|early/)?(10\.(?:1101|64898)/.+)"
)
_PREPRINT_OLD_PATH = re.compile(
    r"/(?:cgi/content/(?:short|abstract|full)|cgi/reprint"
    r"|content/(?:biorxiv/|medrxiv/)?early/[0-9]{4}/[0-9]{2}/[0-9]{2})"
    r"/((?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{6,8}(?:v[1-9][0-9]{0,2})?(?:[.?#].*)?)"
)
_NEW_PREFIX_SINCE = "2025.12.01"
"""The first day of preprints under 10.64898
(https://connect.biorxiv.org/news/2025/11/18/preprint_dois)."""

_PUBMED_PATH = re.compile(r"/(?:m/)?(?:pubmed/)?0*([1-9][0-9]{0,8})/?(?:[?#].*)?")
_NCBI_PATH = re.compile(r"/(?:m/)?pubmed/0*([1-9][0-9]{0,8})/?(?:[?#].*)?")
_EUROPE_PATH = re.compile(r"/(?:article|abstract)/med/0*([1-9][0-9]{0,8})/?(?:[?#].*)?")
_BARE_PMID = re.compile(r"(?:pmid|pubmed)\s?:?\s?0*([1-9][0-9]{0,8})")
_OPENREVIEW_PATH = re.compile(
    r"/(?:forum|pdf|attachment|revisions)\?(?:[^#]*&)?id=([A-Za-z0-9_-]{6,20})(?:[&#].*)?"
)


@lru_cache(maxsize=_ASKED_AGAIN)
def address_parts(text: str) -> tuple[str, str] | None:
    """Split an address, with or without its scheme, into lower-case host and the rest."""
    lead = text[:12].lower()
    if lead.startswith(("http://", "https://", "//")):
        found = _ADDRESS.match(lead + text[12:])
    else:
        found = _BARE_HOST.match(text[:100].lower() + text[100:])
    if found is None:
        return None
    host = found.group(1).lower().rstrip(".")
    rest = text[len(text) - len(found.group(2)) :]
    return host, rest


@lru_cache(maxsize=_ASKED_AGAIN)
def arxiv_id(text: str) -> tuple[str, int | None] | None:
    """Return the canonical arXiv id and version in any form of it that people paste.

    The rules are arXiv's own (https://info.arxiv.org/help/arxiv_identifier.html): the subject
    class of an old id is dropped, the month must exist, the number must not be zero.
    """
    bare = _unwrapped(text)
    lower = bare.lower()
    if _BARE_START.match(lower):
        alone = _BARE_ARXIV.fullmatch(lower)
        if alone:
            return _checked(alone)
    parts = address_parts(bare)
    if parts is None:
        return _arxiv_doi(bare) if "10.48550" in lower else None
    host, rest = parts
    path = unquote(rest).lower()
    if host in _RESOLVERS:
        return _arxiv_doi(path.lstrip("/"))
    found = None
    bare_host = host.removeprefix("www.")
    if _ARXIV_HOST.fullmatch(host):
        found = _ARXIV_PATH.fullmatch(path) or _ARXIV_FILES.fullmatch(path)
        found = found or _ARXIV_FTP.fullmatch(path)
    elif bare_host in _READER_PATHS:
        found = _READER_PATHS[bare_host].fullmatch(path)
    elif bare_host in _SCHOLAR_HOSTS:
        found = _SCHOLAR_PATH.fullmatch(path)
    return _checked(found) if found else None


def doi(text: str) -> str | None:
    """Return the DOI in a field, an address or a pasted name: lower case, without a resolver.

    bioRxiv's and medRxiv's versions and page names are cut off: one DOI names all versions.
    """
    bare = _unwrapped(text)
    if "10." not in bare and "/articles/" not in bare and "rxiv" not in bare.lower():
        return None
    parts = address_parts(bare)
    if parts is not None:
        return _doi_of_address(*parts)
    lower = bare.lower()
    lead = _DOI_PREFIXED.match(lower)
    return _clean_doi(lower[lead.end() :].split(None, 1)[0]) if lead else None


def preprint_version(text: str) -> tuple[str, str, int | None] | None:
    """Return server, DOI and version of a bioRxiv or medRxiv address, else None."""
    parts = address_parts(_unwrapped(text))
    if parts is None:
        return None
    server = _PREPRINT_HOST.fullmatch(parts[0])
    found = _preprint_of_path(unquote(parts[1]).lower()) if server else None
    if server is None or found is None:
        return None
    version = found.group("version")
    return server.group(1), found.group("doi"), int(version) if version else None


@lru_cache(maxsize=_ASKED_AGAIN)
def pmid(text: str) -> str | None:
    """Return the PubMed id in a PubMed address, a feed's guid or a pasted ``PMID: n``."""
    bare = _unwrapped(text)
    parts = address_parts(bare)
    if parts is None:
        found = _BARE_PMID.fullmatch(bare.lower())
    elif parts[0] in ("pubmed.ncbi.nlm.nih.gov", "pubmed.gov", "www.pubmed.gov"):
        found = _PUBMED_PATH.fullmatch(parts[1])
    elif parts[0] in ("ncbi.nlm.nih.gov", "www.ncbi.nlm.nih.gov"):
        found = _NCBI_PATH.fullmatch(parts[1])
    elif parts[0] in ("europepmc.org", "www.europepmc.org"):
        found = _EUROPE_PATH.fullmatch(parts[1].lower())
    else:
        return None
    return found.group(1) if found else None


def openreview_id(text: str) -> str | None:
    """Return the forum's id in an OpenReview address; it is case-sensitive."""
    parts = address_parts(_unwrapped(text))
    if parts is None or parts[0] not in ("openreview.net", "www.openreview.net"):
        return None
    found = _OPENREVIEW_PATH.fullmatch(parts[1])
    return found.group(1) if found else None


@lru_cache(maxsize=_ASKED_AGAIN)
def _unwrapped(text: str) -> str:
    """Return a pasted name without what stands around it; empty when it is too long for one."""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return ""
    bare = bare.strip("<>\"'“”‘’`").lstrip("([").rstrip(".,;:!")
    while bare.endswith((")", "]", "}")) and bare.count(bare[-1]) > bare.count(_OPENING[bare[-1]]):
        bare = bare[:-1].rstrip(".,;:!")
    return bare


_OPENING = {")": "(", "]": "[", "}": "{"}


def _checked(found: re.Match[str]) -> tuple[str, int | None] | None:
    """Return id and version of a match if its month, number and archive can be."""
    name, version = found.group("id"), found.group("version")
    if "/" in name:
        archive, number = re.split("/+", name)
        known = _ARCHIVE_NAMES.get(archive.split(".", 1)[0].replace("-", ""))
        year, month = int(number[:2]), int(number[2:4])
        in_time = "9107" <= number[:4] <= "9912" or number[:4] <= "0703"
        if known is None or not in_time or not 1 <= month <= 12 or number[4:] == "000":
            return None
        name = f"{known}/{number}"
    else:
        year, month, digits = int(name[:2]), int(name[2:4]), len(name) - 5
        if not 7 <= year <= 90 or not 1 <= month <= 12 or name[:4] < "0704":
            return None
        if digits != (4 if year < 15 else 5) or not name[5:].strip("0"):
            return None
    return name, int(version) if version else None


_ARXIV_DOI = re.compile(rf"(?:(?:info:|urn:)?doi\s?[:/]?\s?)?10\.48550/arxiv\.{_ID}{_AFTER_ID}")


def _arxiv_doi(text: str) -> tuple[str, int | None] | None:
    """Return the arXiv id that DataCite's DOI of an arXiv paper names."""
    found = _ARXIV_DOI.fullmatch(unquote(text).lower())
    return _checked(found) if found else None


def _doi_of_address(host: str, rest: str) -> str | None:
    """Return the DOI that an address at a resolver, a preprint server or a publisher shows."""
    if _PREPRINT_HOST.fullmatch(host):
        preprint = _preprint_of_path(unquote(rest).lower())
        return preprint.group("doi") if preprint else None
    if host in ("nature.com", "www.nature.com"):
        nature = _NATURE.fullmatch(rest.lower())
        if nature:
            return "10.1038/" + nature.group(1)
    if "10." not in rest:
        return None
    if host in _RESOLVERS:
        named = _RESOLVED.sub("", unquote(_without_query(rest)).lower(), count=1)
        return _clean_doi(_FIGURE.sub("", named))
    article = _ARTICLE_QUERY.match(unquote(rest).lower())
    if article:
        return _clean_doi(article.group(1))
    found = _DOI_PATH.search(unquote(_without_query(rest)).lower())
    return _clean_doi(_DOI_TAIL.sub("", found.group(1).rstrip("/"))) if found else None


def _without_query(rest: str) -> str:
    """Return an address's path without query and fragment."""
    return rest.split("?", 1)[0].split("#", 1)[0]


def _preprint_of_path(path: str) -> re.Match[str] | None:
    """Return the match of the DOI in a path at bioRxiv or medRxiv."""
    now = _PREPRINT_PATH.match(path)
    if now:
        return _PREPRINT.fullmatch(now.group(1))
    early = _PREPRINT_OLD_PATH.match(path)
    if early is None:
        return None
    is_new = early.group(1)[4:5] == "." and early.group(1) >= _NEW_PREFIX_SINCE
    return _PREPRINT.fullmatch(f"10.{64898 if is_new else 1101}/{early.group(1)}")


def _clean_doi(name: str) -> str | None:
    """Return a lower-case DOI without version and stray punctuation, None when it is none."""
    preprint = _PREPRINT.fullmatch(name)
    if preprint:
        return preprint.group("doi")
    found = _DOI.match(_without_query(name))
    if found is None:
        return None
    cleaned = _unwrapped(found.group().rstrip("/"))
    return cleaned if cleaned.partition("/")[2] else None
