from __future__ import annotations

from datetime import UTC, datetime

from hauler_tui.domain.reference import References
from hauler_tui.sources.references import ris
from tests.factories import NOW


def read(*lines: str) -> References:
    return ris.read("\n".join(lines), now=NOW)


def test_a_record_gives_everything_it_says() -> None:
    (one,) = read(
        "Provider: somebody",
        "TY  - JOUR",
        "T1  - A title",
        "  that goes on",
        "AU  - van Beethoven, Ludwig",
        "AU  - King, Martin Luther, Jr.",
        "AU  - ATLAS Collaboration",
        "PY  - 2020/05/03/",
        "JO  - Annals",
        "DO  - 10.1000/ABC",
        "UR  - https://e.org/a;b",
        "KW  - deep learning",
        "KW  - proteins; folding",
        "AB  - What it is about.",
        "N1  - <p>My <b>note</b></p>",
        "L1  - /home/me/a.pdf",
        "ER  - ",
    ).found
    assert one.entry.title == "A title that goes on"
    assert one.entry.authors == (
        "Ludwig van Beethoven",
        "Martin Luther King Jr.",
        "ATLAS Collaboration",
    )
    assert one.entry.published == datetime(2020, 5, 3, tzinfo=UTC)
    assert one.entry.aliases == ("doi:10.1000/abc", "url:https://e.org/a;b")
    assert (one.entry.journal, one.entry.abstract) == ("Annals", "What it is about.")
    assert one.tags == ("deep-learning", "proteins", "folding")
    assert one.note == "My **note**"


def test_records_without_their_end_are_kept_apart_and_the_last_one_is_kept() -> None:
    read_back = read(
        "TY  - JOUR", "TI  - First", "TY  - GEN", "ER  -", "TY  - BOOK", "TI  - Last", "AU  - X"
    )
    assert [one.entry.title for one in read_back.found] == ["First", "Last"]
    assert [(one.title, one.line) for one in read_back.left_out] == [("GEN", 3)]


def test_line_ends_spaces_and_marks_of_other_programs_are_understood() -> None:
    text = "\ufeffTY  - JOUR\r\nTI - One space\r\nN2  - The abstract.\r\nER  -\r\n"
    (one,) = ris.read(text, now=NOW).found
    assert (one.entry.title, one.entry.abstract, one.note) == ("One space", "The abstract.", "")


def test_a_title_is_read_without_html() -> None:
    (one,) = read("TY  - JOUR", "TI  - Light in <i>E. coli</i> &amp; p < q", "ER  -").found
    assert one.entry.title == "Light in E. coli & p < q"


def test_a_second_abstract_is_a_note() -> None:
    (one,) = read("TY  - JOUR", "TI  - T", "AB  - Abstract", "N2  - Remark", "ER  -").found
    assert (one.entry.abstract, one.note) == ("Abstract", "Remark")
