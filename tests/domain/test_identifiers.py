"""Every way people and feeds write arXiv ids, DOIs, PubMed and OpenReview ids is understood."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.identifiers import arxiv_id, doi, openreview_id, pmid, preprint_version

SPELLINGS = [
    "{id}",
    " {id}. ",
    "({id})",
    "{id}v2",
    "arXiv:{id}",
    "ARXIV: {id}v2",
    "arXiv:{id}v1 [cs.CL] 12 Jun 2024",
    "oai:arXiv.org:{id}v1",
    "https://arxiv.org/abs/{id}",
    "http://www.arxiv.org/abs/{id}v3",
    "https://arxiv.org/abs/{id}?context=cs.LG",
    "https://arxiv.org/abs/{id}#comments",
    "https://arxiv.org/abs/{id}).",
    "https://arxiv.org//abs//{id}/",
    "https://ARXIV.org/ABS/{id}",
    "https://arxiv.org/abs/arXiv:{id}",
    "https://arxiv.org/pdf/{id}",
    "https://arxiv.org/pdf/{id}.pdf",
    "https://arxiv.org/pdf/{id}v2.pdf#page=3",
    "https://arxiv.org/html/{id}v1",
    "https://arxiv.org/html/{id}v1/",
    "https://arxiv.org/html/{id}v1/x1.png",
    "https://arxiv.org/format/{id}",
    "https://arxiv.org/src/{id}",
    "https://arxiv.org/src/{id}v1/anc/data.csv",
    "https://arxiv.org/e-print/{id}",
    "https://arxiv.org/ps/{id}",
    "https://arxiv.org/tb/{id}",
    "https://export.arxiv.org/abs/{id}",
    "https://rss.arxiv.org/abs/{id}",
    "https://de.arxiv.org/abs/{id}",
    "https://browse.arxiv.org/html/{id}",
    "arxiv.org/abs/{id}",
    "www.arxiv.org/pdf/{id}.pdf",
    "https://ar5iv.org/abs/{id}",
    "https://ar5iv.labs.arxiv.org/html/{id}",
    "https://www.alphaxiv.org/overview/{id}",
    "https://alphaxiv.org/abs/{id}v1",
    "https://huggingface.co/papers/{id}",
    "https://huggingface.co/papers/{id}.md",
    "https://doi.org/10.48550/arXiv.{id}",
    "http://dx.doi.org/10.48550/ARXIV.{id}",
    "10.48550/arxiv.{id}",
    "doi:10.48550/arXiv.{id}",
    "https://www.semanticscholar.org/arXiv:{id}",
    "https://scirate.com/arxiv/{id}",
    "https://www.arxiv-vanity.com/papers/{id}/",
]

NEW_IDS = st.builds(
    lambda year, month, number: (
        f"{year:02}{month:02}.{number:04}" if year < 15 else f"{year:02}{month:02}.{number:05}"
    ),
    st.integers(8, 40),
    st.integers(1, 12),
    st.integers(1, 9999),
)
OLD_IDS = st.builds(
    lambda archive, year, month, number: f"{archive}/{year:02}{month:02}{number:03}",
    st.sampled_from(["math", "hep-th", "cs", "cond-mat", "astro-ph", "q-alg"]),
    st.integers(0, 6),
    st.integers(1, 12),
    st.integers(1, 999),
)


@given(spelling=st.sampled_from(SPELLINGS), name=NEW_IDS | OLD_IDS)
@settings(max_examples=400)
def test_every_spelling_of_an_arxiv_id_is_one_id(spelling: str, name: str) -> None:
    found = arxiv_id(spelling.format(id=name))
    assert found is not None
    assert found[0] == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2406.13121v12", ("2406.13121", 12)),
        ("math.GT/0309136", ("math/0309136", None)),
        ("https://arxiv.org/abs/math.GT/0309136v2", ("math/0309136", 2)),
        ("cond-mat.mes-hall/9612345", ("cond-mat/9612345", None)),
        ("hepth/9901001", ("hep-th/9901001", None)),
        ("hep-th//9901001", ("hep-th/9901001", None)),
        ("hep--th/9901001", ("hep-th/9901001", None)),
        ("https://arxiv.org/abs/math%2F0309136", ("math/0309136", None)),
        ("https://arxiv.org/ftp/arxiv/papers/0704/0704.0001.pdf", ("0704.0001", None)),
        ("0704.0001", ("0704.0001", None)),
    ],
)
def test_arxiv_ids_in_their_canonical_form(text: str, found: tuple[str, int | None]) -> None:
    assert arxiv_id(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2413.12345",
        "2400.12345",
        "2406.00000",
        "1412.12345",
        "1501.1234",
        "0703.0001",
        "2406.131210",
        "2406.13121 2406.13122",
        "2406.13121v0",
        "3.2406.13121",
        "math/0313136",
        "math/0704001",
        "nosuch/0309136",
        "10.1101/2024.06.06.597716",
        "10.1234/2406.13121",
        "https://doi.org/10.1234/2406.13121",
        "https://example.org/2406.13121",
        "https://example.org/abs/2406.13121",
        "https://example.org/?u=https://arxiv.org/abs/2406.13121",
        "https://arxiv.org.example.org/abs/2406.13121",
        "https://notarxiv.org/abs/2406.13121",
        "https://arxiv.org@example.org/abs/2406.13121",
        "https://blog.arxiv.org/2024/06/abs",
        "https://arxiv.org/list/cs.CL/2406",
        "https://arxiv.org/list/2406.13121",
        "https://arxiv.org/a/smith_j_1",
        "https://huggingface.co/datasets/2406.13121",
        "https://huggingface.co/papers/month/2024-06",
        "https://paperswithcode.com/paper/2406.13121",
        "https://www.biorxiv.org/content/10.1101/2024.06.06.597716v1",
        "version=2406.13121",
    ],
)
def test_false_friends_are_no_arxiv_ids(text: str) -> None:
    assert arxiv_id(text) is None


BIORXIV = [
    "https://www.biorxiv.org/content/{doi}",
    "https://www.biorxiv.org/content/{doi}v1?rss=1",
    "https://www.biorxiv.org/content/{doi}v2.full",
    "https://www.biorxiv.org/content/{doi}v2.full.pdf",
    "https://www.biorxiv.org/content/{doi}v1.full.pdf+html",
    "https://www.biorxiv.org/content/{doi}v1.full-text",
    "https://www.biorxiv.org/content/{doi}v1.abstract",
    "https://www.biorxiv.org/content/{doi}v1.short?rss=1",
    "https://www.biorxiv.org/content/{doi}v1.article-info",
    "https://www.biorxiv.org/content/{doi}v1.supplementary-material",
    "https://www.biorxiv.org/content/biorxiv/{doi}.full.pdf",
    "https://www.medrxiv.org/content/{doi}v3",
    "http://medrxiv.org/content/early/{doi}v1",
    "https://doi.org/{doi}",
    "https://doi.org/{doi}v2",
    "http://dx.doi.org/{doi}",
    "doi:{doi}",
    "DOI: {doi}",
    "{doi}",
    "{doi}v4.full.pdf",
]


@pytest.mark.parametrize("spelling", BIORXIV)
@pytest.mark.parametrize(
    "name", ["10.1101/2024.06.06.597716", "10.64898/2026.01.01.123456", "10.1101/857789"]
)
def test_every_spelling_of_a_preprint_is_one_doi(spelling: str, name: str) -> None:
    assert doi(spelling.format(doi=name)) == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1109/JSSC.2014.2349994", "10.1109/jssc.2014.2349994"),
        ("https://doi.org/10.1038/S41586-024-07421-0.", "10.1038/s41586-024-07421-0"),
        ("(doi:10.1016/S0140-6736(05)12345-6)", "10.1016/s0140-6736(05)12345-6"),
        (
            "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
        ),
        ("https://doi.org/10.1000/a%2Fb", "10.1000/a/b"),
        ("info:doi/10.1371/journal.pone.0000001", "10.1371/journal.pone.0000001"),
        ("10.1103/PhysRevD.1 10.1103/PhysRevD.2", "10.1103/physrevd.1"),
        ("http://biorxiv.org/cgi/content/short/857789v1?rss=1", "10.1101/857789"),
        ("https://www.biorxiv.org/content/early/2016/04/01/046789", "10.1101/046789"),
        ("10.1101/gad.123v2", "10.1101/gad.123v2"),
        ("10.21203/rs.3.rs-123456/v1", "10.21203/rs.3.rs-123456/v1"),
        ("https://www.nature.com/articles/s41586-024-07421-0.pdf", "10.1038/s41586-024-07421-0"),
        ("https://www.tandfonline.com/doi/full/10.1080/1.2?af=R", "10.1080/1.2"),
        ("https://onlinelibrary.wiley.com/doi/abs/10.1002/ab.3?af=R", "10.1002/ab.3"),
        ("https://dl.acm.org/doi/10.1145/3442188.3445922", "10.1145/3442188.3445922"),
        ("https://link.springer.com/article/10.1007/s10676-024-1", "10.1007/s10676-024-1"),
        ("https://link.springer.com/epdf/10.1007/s10676-024-09775-5", "10.1007/s10676-024-09775-5"),
        (
            "https://jhoonline.biomedcentral.com/articles/10.1186/s13045-024-01543-8",
            "10.1186/s13045-024-01543-8",
        ),
        ("https://www.frontiersin.org/articles/10.3389/fpls.2024.1/full", "10.3389/fpls.2024.1"),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000001",
            "10.1371/journal.pone.0000001",
        ),
        ("https://www.nature.com/articles/s41586-020-2649-2.pdf", "10.1038/s41586-020-2649-2"),
        ("https://www.nature.com/articles/nature14539.pdf", "10.1038/nature14539"),
        ("https://www.nature.com/articles/nmeth.4321", "10.1038/nmeth.4321"),
        ("https://www.nature.com/articles/sdata201618", None),
        ("https://www.nature.com/articles/index.html", None),
        (
            "https://link.springer.com/article/10.1007/s11263-019-01247-4/figures/1",
            "10.1007/s11263-019-01247-4",
        ),
        ("https://doi.org/10.1038/s41586-024-07421-0/figures/2", "10.1038/s41586-024-07421-0"),
        ("https://doi.org/doi:10.1000/bb", "10.1000/bb"),
        ("https://doi.org/https://doi.org/10.1000/bb", "10.1000/bb"),
        ("https://www.nature.com/nature.rss", None),
        ("https://www.biorxiv.org/collection/plant-biology", None),
        ("https://example.org/10.1234-567", None),
        ("10.1234", None),
        ("10.1234/", None),
        ("version 10.2/3", None),
        ("", None),
    ],
)  # fmt: skip
def test_dois_by_example(text: str, found: str | None) -> None:
    assert doi(text) == found


def test_a_preprints_server_and_version_are_read_off_its_address() -> None:
    address = "https://www.medrxiv.org/content/10.64898/2026.01.01.123456v2.full.pdf"
    assert preprint_version(address) == ("medrxiv", "10.64898/2026.01.01.123456", 2)
    assert preprint_version("https://doi.org/10.1101/857789") is None
    old = "http://biorxiv.org/cgi/content/short/2023.12.16.571984v1?rss=1"
    new = "http://biorxiv.org/cgi/content/short/2025.12.01.571984v3?rss=1"
    assert preprint_version(old) == ("biorxiv", "10.1101/2023.12.16.571984", 1)
    assert preprint_version(new) == ("biorxiv", "10.64898/2025.12.01.571984", 3)


def test_a_journals_name_may_stand_before_the_doi_in_an_address() -> None:
    link = (
        "https://www.microbiologyresearch.org/content/journal/ijsem/10.1099/ijsem.0.0049?TRACK=RSS"
    )
    assert doi(link) == "10.1099/ijsem.0.0049"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/36456789/", "36456789"),
        ("https://pubmed.ncbi.nlm.nih.gov/36456789/?utm_source=Python requests&fc=1", "36456789"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/36456789", "36456789"),
        ("https://europepmc.org/article/MED/36456789", "36456789"),
        ("pubmed:36456789", "36456789"),
        ("PMID: 036456789", "36456789"),
        ("https://pubmed.ncbi.nlm.nih.gov/rss/search/1abc/", None),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC804/", None),
        ("https://example.org/36456789", None),
        ("36456789", None),
    ],
)
def test_pubmed_ids_by_example(text: str, found: str | None) -> None:
    assert pmid(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://openreview.net/forum?id=Ab_Cd-1234", "Ab_Cd-1234"),
        ("https://openreview.net/forum?id=Ab_Cd-1234&noteId=xyz", "Ab_Cd-1234"),
        ("https://openreview.net/forum?noteId=xyz&id=Ab_Cd-1234#discussion", "Ab_Cd-1234"),
        ("openreview.net/pdf?id=Ab_Cd-1234", "Ab_Cd-1234"),
        ("https://openreview.net/group?id=ICLR.cc/2024", None),
        ("https://example.org/forum?id=Ab_Cd-1234", None),
    ],
)
def test_openreview_ids_keep_their_case(text: str, found: str | None) -> None:
    assert openreview_id(text) == found


@pytest.mark.parametrize(
    "hostile",
    [
        "1" * 100_000,
        "a-" * 50_000 + "/",
        "https://" + "a." * 50_000,
        "https://arxiv.org" + "/" * 100_000,
        "arxiv.org/" + "abs/" * 30_000,
        "10." + "1." * 50_000 + "/",
        "10.1234/" + "(" * 100_000,
        "https://x.org/doi" + "/full" * 300,
        "https://x.org/doi/10.1234/a" + "/full" * 300 + "x",
        "https://x.org/article?" + "&id=" * 400,
        "(" * 1000 + ")" * 900,
        "10.1234/" + ")" * 100_000,
    ],
    ids=range(12),
)
def test_hostile_names_take_no_time(hostile: str) -> None:
    begun = time.process_time()
    for reading in (arxiv_id, doi, pmid, openreview_id):
        reading(hostile)
    assert time.process_time() - begun < 2


@given(
    st.text(max_size=60) | st.text(st.sampled_from("arxiv:/.0123456789v()[] 10hnp#?%"), max_size=60)
)
def test_any_text_is_an_id_or_none(text: str) -> None:
    for reading in (arxiv_id, doi, pmid, openreview_id, preprint_version):
        reading(text)
