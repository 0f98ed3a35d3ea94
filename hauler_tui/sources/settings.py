"""What a fetch is asked to do, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hauler_tui.domain.feed import FeedState

ARXIV_QUERY = "https://export.arxiv.org/api/query"
ARXIV_RECORDS = "https://oaipmh.arxiv.org/oai"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """The person's choices and the limits that keep one bad server from hurting the rest."""

    allow_private_networks: bool = False
    """Whether addresses of this machine and of local networks may be fetched."""
    contact: str | None = None
    """An address or page that servers see in the User-Agent, where the person gave one."""
    arxiv_api: str = ARXIV_QUERY
    """Where arXiv's query API answers; another address is a mirror, or a test's own server."""
    arxiv_oai: str = ""
    """Where arXiv's OAI-PMH answers; empty is arXiv's own where the query API is arXiv's own."""
    preprint_api: str = "https://api.biorxiv.org/details"
    """Where the details of bioRxiv and medRxiv answer, without a last slash."""
    interval_minutes: int = 60
    """How often a feed is fetched when neither it nor the person says otherwise."""
    connect_seconds: float = 10.0
    """Longest wait for a connection."""
    read_seconds: float = 30.0
    """Longest silence while an answer arrives."""
    deadline_seconds: float = 120.0
    """Longest time for one feed in all, redirects included, waiting for its turn not."""
    max_bytes: int = 15 * 1024 * 1024
    """Largest body after decompression."""
    max_redirects: int = 5
    max_entries: int = 20_000
    """Most entries that are read of one feed."""
    connections: int = 8
    """Most connections of one worker at a time."""
    parse_seconds: float = 60.0
    """Longest time for understanding one body."""
    memory_bytes: int = 2 * 1024**3
    """Most address space of a worker, where the system can limit it."""
    silence_seconds: float = 60.0
    """A worker that says nothing for so long beyond the time for parsing is taken for dead."""

    @property
    def records(self) -> str:
        """Where arXiv's records are asked for; empty where the query API is somebody else's."""
        if self.arxiv_oai:
            return self.arxiv_oai
        return ARXIV_RECORDS if self.arxiv_api == ARXIV_QUERY else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One feed to fetch."""

    feed_id: int
    url: str
    state: FeedState
    forced: bool = False
    """Ask even before it is due; a server's Retry-After is honoured all the same."""
    interval_minutes: int | None = None
    """The person's own interval for this feed; None takes the settings'."""
    reads: Literal["feed", "records", "papers"] = "feed"
    """Whether a feed is asked for, or a page of a list: of records (OAI-PMH), or of bioRxiv's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where those are asked who know works by their names; each address without its last slash."""

    arxiv: str = ARXIV_QUERY
    """arXiv's query API (https://info.arxiv.org/help/api/user-manual.html)."""
    preprints: str = "https://api.biorxiv.org/details"
    """The details of bioRxiv and medRxiv (https://api.biorxiv.org)."""
    doi: str = "https://doi.org"
    """Content negotiation (https://citation.doi.org/docs.html)."""
    pubmed: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi"
    """NCBI's E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""
