"""What is imported when: the command line answers and the first screen paints without the slow.

The layers themselves are import-linter's, which reads its contracts from pyproject.toml and runs
beside the tests in ``.ci/run``.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import hauler_tui

PACKAGE = Path(hauler_tui.__file__).parent
SLOW = ("httpx", "feedparser", "markdown_it", "bibtexparser")
DRAWING = ("textual", "rich")

_REPORT = """
import json, sys
{act}
print()
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def imported_by(act: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after ``act``."""
    finished = subprocess.run(
        [sys.executable, "-c", _REPORT.format(act=act)],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    loaded: list[str] = json.loads(finished.stdout.splitlines()[-1])
    return set(loaded)


def require(module: str) -> None:
    """Skip the test while ``module`` is not there."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found is None:
        pytest.skip(f"{module} does not exist")


def test_the_version_is_told_without_anything_slow() -> None:
    require("hauler_tui.__main__")
    act = (
        "import runpy\n"
        "sys.argv = ['hauler', '--version']\n"
        "try:\n"
        "    runpy.run_module('hauler_tui', run_name='__main__')\n"
        "except SystemExit as ended:\n"
        "    assert not ended.code, ended.code\n"
    )
    loaded = imported_by(act)
    assert loaded.isdisjoint((*SLOW, *DRAWING, "tinydb", "sqlite3")), loaded


def test_the_reader_is_imported_without_what_fetches_and_without_markdown() -> None:
    require("hauler_tui.ui.app")
    loaded = imported_by("import hauler_tui.ui.app")
    assert "textual" in loaded
    assert loaded.isdisjoint(SLOW), loaded.intersection(SLOW)


@pytest.mark.parametrize("module", ["domain.item", "config", "library.library", "workflows.sample"])
def test_what_lies_below_the_ui_never_imports_what_draws(module: str) -> None:
    require(f"hauler_tui.{module}")
    loaded = imported_by(f"import hauler_tui.{module}")
    assert loaded.isdisjoint(DRAWING), loaded.intersection(DRAWING)


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    modules = [
        f"hauler_tui.domain.{path.stem}"
        for path in sorted((PACKAGE / "domain").glob("*.py"))
        if path.stem != "__init__"
    ]
    bare = imported_by("pass")
    loaded = imported_by(f"import {', '.join(modules)}") - bare
    assert loaded - set(sys.stdlib_module_names) == {"hauler_tui"}


def test_every_folder_of_code_and_tests_is_a_package() -> None:
    folders = {
        path.parent
        for root in (PACKAGE, PACKAGE.parent / "tests")
        for path in root.rglob("*.py")
        if "__snapshots__" not in path.parts
    }
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize(("root", "most"), [("hauler_tui", 400), ("tests", 500)])
def test_no_file_is_about_everything(root: str, most: int) -> None:
    lengths = {
        str(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in (PACKAGE.parent / root).rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > most} == {}


def test_the_first_frame_is_painted_before_anything_that_fetches_or_reads_markdown(
    tmp_path: Path,
) -> None:
    act = f"""
import asyncio
from pathlib import Path
from hauler_tui.config import Config, RefreshConfig
from hauler_tui.library.library import Library
from hauler_tui.ui.app import HaulerApp
from tests.factories import NOW, make_entry

painted = []

async def main():
    with Library.open(Path({str(tmp_path / "library")!r})) as library:
        (item,) = library.items.absorb([make_entry(1)], feed_id=None, at=NOW).new
        library.notes.write(item, "A *note*.", NOW)
        config = Config(path=Path("none"), refresh=RefreshConfig(every=0))
        app = HaulerApp(library, config, clock=lambda: NOW)
        def look():
            rows = app.screen._compositor.render_strips(app.size)
            painted.append(any("Paper 1" in row.text for row in rows))
            painted.append({{m.partition(".")[0] for m in sys.modules}} & {{*{SLOW!r}}})
        app._after_first_paint = look
        async with app.run_test():
            pass

asyncio.run(main())
assert painted == [True, set()], painted
"""
    imported_by(act)
