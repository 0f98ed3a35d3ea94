from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hauler_tui.domain.reference import Reference, References
from hauler_tui.domain.tex import to_unicode
from hauler_tui.sources.references import bibtex
from tests.factories import NOW


def read(text: str) -> References:
    return bibtex.read(text, now=NOW)


def only(text: str) -> Reference:
    (one,) = read(text).found
    return one


def test_braces_that_protect_capitals_go_and_tex_stays_as_it_was_written() -> None:
    one = only(
        r"@article{a, title = {{The} {TeX}book of {\'E}tudes in {A Grand} $x_{1}$ \emph{Manner}}}"
    )
    assert one.entry.title == r"The TeXbook of {\'E}tudes in A Grand $x_{1}$ \emph{Manner}"
    assert to_unicode(one.entry.title) == "The TeXbook of Études in A Grand x₁ Manner"


def test_names_are_told_apart_given_names_first() -> None:
    one = only(
        r'@article{a, title="T", author = "Vaswani, Ashish and Ludwig van Beethoven and'
        r" {ATLAS Collaboration} and de la Cruz, Jr, Juan and {\'E}. Galois and"
        r' {Smith and Sons} and J.~R. Doe and others"}'
    )
    assert one.entry.authors == (
        "Ashish Vaswani",
        "Ludwig van Beethoven",
        "ATLAS Collaboration",
        "Juan de la Cruz Jr",
        "É. Galois",
        "Smith and Sons",
        "J. R. Doe",
        "et al.",
    )


@pytest.mark.parametrize(
    ("fields", "alias"),
    [
        ("doi = {https://doi.org/10.1000/ABC}", "doi:10.1000/abc"),
        (r"doi = {10.1000/a\_b}", "doi:10.1000/a_b"),
        ("eprint = {2406.13121v2}, archivePrefix = {arXiv}", "arxiv:2406.13121"),
        ("eprint = {hep-th/9901001}", "arxiv:hep-th/9901001"),
        ("eprint = {12345678}, eprinttype = {pubmed}", "pmid:12345678"),
        ("journal = {arXiv preprint arXiv:1706.03762}", "arxiv:1706.03762"),
        ("journal = {CoRR}, volume = {abs/2005.14165}", "arxiv:2005.14165"),
        ("note = {arXiv:1706.03762 [cs]}", "arxiv:1706.03762"),
        ("pmid = {123}", "pmid:123"),
        (r"howpublished = {\url{https://example.org/a\_b}}", "url:https://example.org/a_b"),
        ("url = {https://openreview.net/forum?id=abcDEF12}", "openreview:abcDEF12"),
    ],
)
def test_every_field_that_names_the_work_gives_an_alias(fields: str, alias: str) -> None:
    assert alias in only(f"@misc{{a, title={{T}}, {fields}}}").entry.aliases


def test_an_eprint_of_another_archive_is_no_paper_of_arxiv() -> None:
    one = only("@misc{a, title={T}, eprint={2406.13121}, eprinttype={jstor}}")
    assert one.entry.aliases[0].startswith("hash:")


def test_an_address_that_several_works_share_or_a_bare_site_names_none_of_them() -> None:
    found = read(
        "@misc{a, title={A}, url={https://e.org/x}} @misc{b, title={B}, url={https://e.org/x}}"
        "@misc{c, title={C}, url={https://e.org/}}"
    ).found
    assert len({one.entry.aliases for one in found}) == 3
    assert all(one.entry.aliases[0].startswith("hash:") for one in found)
    assert found[0].entry.link == "https://e.org/x"


def test_a_work_without_identifiers_is_known_again_by_title_authors_and_year() -> None:
    first = only(r"@book{a, title={The {G\"odel} Book!}, author={Doe, J.}, year=1984}")
    again = only("@book{b, title={the Gödel book}, author={J. Doe}, year={1984}, note={x}}")
    other = only("@book{b, title={the Gödel book}, author={J. Doe}, year={1985}}")
    assert first.entry.aliases == again.entry.aliases != other.entry.aliases


def test_abbreviations_and_concatenations_are_resolved() -> None:
    one = only(
        '@string{jml = "J. Mach. Learn."} @article{a, title={T}, year=2017, month=mar,'
        ' journal = jml # " Res."}'
    )
    assert one.entry.journal == "J. Mach. Learn. Res."
    assert one.entry.published == datetime(2017, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ("year = 1984", (1984, 1, 1)),
        ("year = {2020}, month = {12}, day = 24", (2020, 12, 24)),
        ("date = {2021-05-06}", (2021, 5, 6)),
        ("date = {2021-05}", (2021, 5, 1)),
        ("year = {2020}, month = {February}, day = {31}", (2020, 2, 1)),
        ("urldate = {2019-02-03}", (2019, 2, 3)),
    ],
)
def test_dates_of_any_year_are_read(fields: str, day: tuple[int, int, int]) -> None:
    assert only(f"@misc{{a, title={{T}}, {fields}}}").entry.published == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("fields", ["year = {in press}", "year = 2031", "year = {}", "month = 3"])
def test_a_date_that_is_none_or_to_come_is_left_out(fields: str) -> None:
    assert only(f"@misc{{a, title={{T}}, {fields}}}").entry.published is None


def test_keywords_become_tags_and_notes_the_note_without_bookkeeping() -> None:
    one = only(
        "@article{a, title={T}, keywords={deep learning, Computer Science - ML},"
        " note={arXiv:1706.03762 [cs]\nPublisher: X\nRead {\\em twice}.},"
        " annote={<p>A <b>note</b> of Zotero</p>}, file={/home/me/a.pdf}}"
    )
    assert one.tags == ("deep-learning", "Computer-Science-ML")
    assert one.note == "Read twice.\n\nA **note** of Zotero"


def test_a_broken_entry_stops_no_other_and_its_line_is_told() -> None:
    read_back = read(
        "@article{a, title={A}}\n\n@article{broken, title={no end, year=2000,\n\n"
        "@article{b, title={B}}\n@article{c, title = C D E}\n@misc{nothing}\n@article{d, title={D}}"
    )
    titles = [one.entry.title for one in read_back.found]
    assert titles[:2] == ["A", "B"]
    assert titles[-1] == "D"
    assert [(one.line, one.reason) for one in read_back.left_out] == [
        (3, "the entry is broken"),
        (7, "it has neither a title nor a link"),
    ]


def test_a_key_or_a_field_that_is_there_twice_loses_no_entry() -> None:
    found = read("@a{k, title={A}, title={B}} @a{k, title={C}}").found
    assert [one.entry.title for one in found] == ["A", "C"]


def test_nothing_of_bibtexparser_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    read("@article{broken, title={no end,\n@article{b, title={B}}")
    assert capfd.readouterr() == ("", "")
