"""A queue document as people keep them: hundreds of links in every form there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

PAPER_FORMS: tuple[Callable[[str], str], ...] = (
    lambda name: f"https://arxiv.org/abs/{name}",
    lambda name: f"https://arxiv.org/pdf/{name}v3",
    lambda name: f"http://www.arxiv.org/pdf/{name}.pdf",
    lambda name: f"<https://export.arxiv.org/abs/{name}v1>",
    lambda name: f"see https://arxiv.org/html/{name}v2#S3.",
    lambda name: f"https://www.alphaxiv.org/abs/{name}",
    lambda name: f"https://alphaxiv.org/overview/{name}v1",
    lambda name: f"(https://ar5iv.labs.arxiv.org/html/{name})",
    lambda name: f"https://ar5iv.org/abs/{name},",
    lambda name: f"https://huggingface.co/papers/{name}",
    lambda name: f"https://hf.co/papers/{name}?ref=digest",
    lambda name: f"https://doi.org/10.48550/arXiv.{name}",
    lambda name: f"doi:10.48550/arxiv.{name}",
    lambda name: f"[a paper](https://arxiv.org/abs/{name}?utm_source=x)",
    lambda name: f'<li><a href="https://arxiv.org/abs/{name}">A paper</a></li>',
    lambda name: f"* arXiv:{name}v2 [cs.CL]",
    lambda name: f"{name}",
    lambda name: f"arxiv.org/abs/{name};",
    lambda name: f"**https://scirate.com/arxiv/{name}**",
    lambda name: f"https://arxiv.org/abs/{name}).",
    lambda name: f"“https://www.semanticscholar.org/arXiv:{name}”",
)
OTHERS: tuple[tuple[str, str], ...] = (
    ("https://www.biorxiv.org/content/10.1101/2024.06.06.597716v2.full.pdf", "doi"),
    ("https://doi.org/10.1101/2024.06.06.597716", "doi"),
    ("10.64898/2026.01.01.123456", "doi"),
    ("https://www.medrxiv.org/content/10.64898/2026.02.02.000002v1?rss=1", "doi"),
    ("https://www.nature.com/articles/s41586-024-00001-2?error=cookies_not_supported", "doi"),
    ("https://openreview.net/forum?id=AbCdEf1234", "openreview"),
    ("https://openreview.net/pdf?id=AbCdEf1234", "openreview"),
    ("https://pubmed.ncbi.nlm.nih.gov/31452104/", "pmid"),
    ("https://pmc.ncbi.nlm.nih.gov/articles/PMC7654321/", "url"),
    ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7654321/pdf/x.pdf", "url"),
    ("https://twitter.com/someone/status/1234567890?s=20", "url"),
    ("https://x.com/someone/status/1234567890", "url"),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc", "url"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&feature=share", "url"),
    ("https://en.wikipedia.org/wiki/Beetle_(disambiguation).", "url"),
    ("https://blog.example/post/?utm_source=newsletter&utm_medium=email&id=7", "url"),
    ("http://blog.example/post?id=7#comments", "url"),
)
OTHER_KEYS = frozenset(
    {
        "doi:10.1101/2024.06.06.597716",
        "doi:10.64898/2026.01.01.123456",
        "doi:10.64898/2026.02.02.000002",
        "doi:10.1038/s41586-024-00001-2",
        "openreview:AbCdEf1234",
        "pmid:31452104",
        "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC7654321",
        "url:https://x.com/i/status/1234567890",
        "url:https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "url:https://en.wikipedia.org/wiki/Beetle_(disambiguation)",
        "url:https://blog.example/post?id=7",
    }
)


def queue_document(papers: int, times: int = 2, *, first: int = 1) -> tuple[str, frozenset[str]]:
    """A document that names ``papers`` papers, each ``times`` times; and the keys of its works."""
    names = [f"26{1 + n % 4:02}.{n:05}" for n in range(first, first + papers)]
    lines = ["# To read", "", "Version 2.0 of the list, 1234.5 points, 10.5 cm, see a/b and 3/4."]
    lines += _mixed(names * times)
    return "\n".join(lines) + "\n", frozenset(f"arxiv:{name}" for name in names) | OTHER_KEYS


def _mixed(names: list[str]) -> Iterator[str]:
    """A line for each name, in another form each time; the other links stand in between."""
    others = iter(OTHERS)
    for number, (name, form) in enumerate(zip(names, cycle(PAPER_FORMS), strict=False)):
        yield form(name)
        if number % 7 == 0:
            link, _ = next(others, ("", ""))
            yield f"- {link} and a word" if link else "---"
    yield from (link for link, _ in others)
