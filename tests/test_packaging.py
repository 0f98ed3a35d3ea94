"""What an installed hauler brings with it besides modules."""

from __future__ import annotations

import os
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import hauler_tui

PACKAGE = Path(hauler_tui.__file__).parent
ROOT = PACKAGE.parent


def checkout() -> dict[str, Any]:
    """The project's metadata; the test is skipped where only the package is."""
    path = ROOT / "pyproject.toml"
    if not path.is_file():
        pytest.skip("not in a checkout")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel of this checkout, built by hatchling without a network."""
    checkout()
    builder = pytest.importorskip(
        "hatchling.builders.wheel", reason="hatchling is not installed beside the tests"
    )
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = builder.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def data_files() -> list[Path]:
    """Every file of the package that is not a module, relative to the folder that holds it."""
    return [
        Path(folder, name).relative_to(ROOT)
        for folder, _, names in os.walk(PACKAGE)
        for name in names
        if "__pycache__" not in folder and not name.endswith((".py", ".pyc"))
    ]


def test_the_wheel_holds_every_file_of_the_package(wheel: set[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py")}
    assert modules - wheel == set()
    assert {path.as_posix() for path in data_files()} - wheel == set()


def test_the_wheel_holds_the_themes_inside_the_package(wheel: set[str]) -> None:
    names = {f"hauler_tui/themes/{path.name}" for path in (ROOT / "themes").glob("*.toml")}
    assert names
    assert names <= wheel


def test_the_wheel_holds_no_tests(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"hauler_tui"}


def test_the_metadata_puts_the_themes_into_the_package() -> None:
    wheel_target = checkout()["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel_target["force-include"] == {"themes": "hauler_tui/themes"}
    assert wheel_target["packages"] == ["hauler_tui"]


def test_themes_are_found_in_the_package_or_beside_it() -> None:
    folders = [folder for folder in (PACKAGE / "themes", ROOT / "themes") if folder.is_dir()]
    assert folders
    assert (folders[0] / "hauler-dark.toml").is_file()
