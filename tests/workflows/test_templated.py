"""The preflight of an issue that a template writes: of what is really written."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.check import check_issue
from hauler_tui.workflows.publish import compile_text
from tests.factories import NOW
from tests.workflows.conftest import star

CARDS = (
    "{% for lane in lanes %}{% for card in lane.cards %}\n\n{{ card.html }}\n\n{{ card.note }}"
    "{% endfor %}{% endfor %}\n"
)


@pytest.fixture
def template(library: Library, tmp_path: Path) -> Path:
    """The template of a series whose open issue has two cards."""
    star(library, 1, "Note 1.")
    star(library, 2, "Note 2.")
    (series,) = library.hauls.series()
    path = tmp_path / "issue.md"
    library.hauls.edit_series(series.id, NOW, template=str(path))
    return path


def found(library: Library) -> list[tuple[str, int]]:
    """Codes and lines; that a lane is still empty is no matter here."""
    findings = check_issue(library, "haul-1").findings
    return [(one.code, one.line) for one in findings if one.code != "empty-lane"]


def test_an_issue_that_its_template_writes_well_has_no_finding(
    library: Library, template: Path
) -> None:
    template.write_text("{{ front }}" + CARDS)
    assert found(library) == []


def test_what_the_template_says_itself_is_checked(library: Library, template: Path) -> None:
    template.write_text("{{ front }}\nTODO <b>my address\n" + CARDS)
    lines = compile_text(library, "haul-1").splitlines()
    line = lines.index("TODO <b>my address") + 1
    assert sorted(found(library)) == [("placeholder", line), ("tag", line)]


def test_cards_are_checked_where_the_template_puts_them(library: Library, template: Path) -> None:
    library.notes.write(library.items.find("2605.00001"), "", NOW)
    template.write_text("{{ front }}\nHello.\n" + CARDS)
    lines = compile_text(library, "haul-1").splitlines()
    line = lines.index("<blockquote>") + 1
    assert found(library) == [("no-note", line)]


def test_a_snippet_that_the_template_leaves_out_is_not_checked(
    library: Library, template: Path
) -> None:
    library.hauls.edit("haul-1", NOW, snippet="7 new papers")
    template.write_text("---\ntitle: {{ title }}\n---\n" + CARDS)
    assert found(library) == []
    template.write_text("{{ front }}" + CARDS)
    assert [code for code, _ in found(library)] == ["snippet"]


def test_a_template_that_fails_is_a_finding(library: Library, template: Path) -> None:
    def failure() -> str:
        finding = check_issue(library, "haul-1").findings[0]
        assert (finding.code, finding.severity) == ("template", "error")
        return finding.message

    assert failure().startswith(f"the template {template} cannot be read")
    template.write_text("{{ front }}\n{{ nothing }}")
    assert failure() == f"{template}, line 2: 'nothing' is undefined"
    template.write_text("{{ front }}")
    assert "is no issue: the card of “Paper 1”" in failure()


def test_a_note_that_would_be_read_as_something_else_is_found_with_a_template_too(
    library: Library, template: Path
) -> None:
    template.write_text("{{ front }}" + CARDS)
    library.notes.write(library.items.find("2605.00001"), "## A heading", NOW)
    assert "read-back" in [code for code, _ in found(library)]
