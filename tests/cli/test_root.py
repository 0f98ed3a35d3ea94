"""Options anywhere, failures in one form, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hauler_tui import __version__, paths
from hauler_tui.cli.root import _PLACES, root
from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from tests.cli.conftest import Run


def hauler(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "hauler_tui", *arguments],
        **({"capture_output": True, "timeout": 60, "check": False, "cwd": Path.cwd()} | options),
    )


@pytest.mark.parametrize("name", _PLACES)
def test_every_command_has_help_that_fits_its_line(run: Run, name: str) -> None:
    assert run(name, "--help").out.startswith("Usage: hauler")
    listed = next(line for line in run("--help").out.splitlines() if line.startswith(f"  {name} "))
    assert not listed.endswith("...")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--library", "{}", "--json", "hauls", "list"),
        ("hauls", "--library", "{}", "--json", "list"),
        ("hauls", "list", "--json", "--library", "{}"),
        ("--json", "hauls", "--library", "{}", "list"),
    ],
)
def test_the_common_options_may_stand_anywhere(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    there = str(tmp_path / "there")
    made = CliRunner().invoke(root, ["hauls", "new", "--library", there])
    assert made.exit_code == 0, made.output
    result = CliRunner().invoke(root, [part.format(there) for part in arguments])
    assert '"slug": "haul-1"' in result.stdout


def test_the_innermost_library_wins(run: Run, tmp_path: Path) -> None:
    inner = str(tmp_path / "inner")
    run("--library", str(tmp_path / "outer"), "hauls", "new", "--library", inner)
    assert run("--library", inner, "hauls", "--json").json[0]["slug"] == "haul-1"


@pytest.mark.parametrize("json", [(), ("--json",)])
@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (("itmes",), "there is no command “hauler itmes”", "did you mean “hauler items”?"),
        (
            ("feeds", "ad"),
            "there is no command “hauler feeds ad”",
            "did you mean “hauler feeds add”",
        ),
        (("feeds",), "missing command", "see “hauler feeds --help”"),
        (("show",), "missing argument 'KEY'", "see “hauler show --help”"),
        (("items", "--limit", "many"), "invalid value for '--limit'", "see “hauler items --help”"),
        (("items", "--limti", "3"), "no such option", "see “hauler items --help”"),
    ],
)
def test_misuse_is_one_error_one_hint_and_exit_2(
    run: Run, json: tuple[str, ...], arguments: tuple[str, ...], error: str, hint: str
) -> None:
    ran = run(*json, *arguments, code=2)
    first, second = ran.err.splitlines()
    assert first.startswith("error: ")
    assert second.startswith("hint: ")
    assert error in first
    assert hint in second
    assert ran.out == ""


def test_without_a_terminal_the_reader_says_so_and_exits_2(run: Run) -> None:
    assert "needs a terminal" in run(code=2).err
    assert "needs a terminal" in run("sample", code=2).err


def test_an_unknown_key_is_named(run: Run, papers: tuple[str, ...]) -> None:
    ran = run("show", "arxiv:9999.00001\x1b[31m", code=1)
    assert ran.err.startswith("error: ")
    assert "9999.00001" in ran.err
    assert "\x1b" not in ran.err


def test_a_wrong_query_gets_its_caret(run: Run, papers: tuple[str, ...]) -> None:
    ran = run("items", "is:foo", code=2)
    assert ran.err.startswith("error: ")
    words, caret = ran.err.splitlines()[1:3]
    assert words[caret.index("^")] == "f"


def test_a_configuration_with_a_typo_is_told_and_its_path_still_found(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[fetch]\ntimeuot = 3\n", encoding="utf-8")
    ran = run("items", "--config", str(path), code=1)
    assert "timeuot" in ran.err
    assert "timeout" in ran.err
    assert run("config", "path", "--config", str(path)).out.strip() == str(path)


def test_a_library_that_cannot_be_made_is_a_sentence(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    ran = run("hauls", "new", "--library", str(blocked / "library"), code=1)
    assert ran.err.startswith("error: ")
    assert str(blocked) in ran.err


@pytest.mark.parametrize("arguments", [("items",), ("star", "2605.00001"), ("hauls", "--json")])
def test_a_library_that_is_a_file_is_told(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    for place in (blocked, blocked / "library"):
        ran = run(*arguments, "--library", str(place), code=1)
        assert ran.err.startswith("error: ")
        assert str(blocked) in ran.err
        assert "hint: " in ran.err


@pytest.mark.parametrize("option", ["--library", "--config"])
def test_an_option_with_an_empty_value_does_not_mean_the_working_directory(
    run: Run, option: str
) -> None:
    assert f"{option} was given without a value" in run("items", option, "", code=2).err


def test_while_a_reader_is_open_reading_works_and_writing_says_why_not(
    run: Run, library: Callable[..., Library], papers: tuple[str, ...]
) -> None:
    with library(writing=True):
        assert len(run("items", "--json").json) == len(papers)
        ran = run("star", papers[0], code=1)
    assert ran.err.startswith("error: ")
    assert "hint: " in ran.err


def test_to_who_only_reads_a_missing_library_is_empty_and_stays_missing(
    run: Run, directory: Path
) -> None:
    for arguments in (("items",), ("feeds", "list"), ("hauls",), ("covered", "2605.00001")):
        ran = run(*arguments, "--json")
        assert ran.json == []
        assert str(directory) in ran.err
    assert not directory.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("note", "2605.00001", "--text", "words"),
        ("star", "2605.00001"),
        ("tag", "2605.00001", "+x"),
        ("add", "https://example.org/a"),
        ("feeds", "add", "arxiv:cs.CL"),
        ("feeds", "edit", "1", "--title", "Mine"),
        ("feeds", "remove", "1"),
        ("series", "add", "Notes ~{n}"),
        ("series", "edit", "1", "--tags", "x"),
        ("hauls", "new"),
        ("hauls", "publish"),
        ("hauls", "remove", "haul-1"),
        ("hauls", "open", "haul-1"),
        ("card", "add", "haul-1", "2605.00002"),
        ("lane", "haul-1", "Comments", "--text", "Hm."),
        ("undo",),
    ],
)
@pytest.mark.parametrize("json", [(), ("--json",)])
def test_nothing_is_said_to_be_done_that_is_not_on_the_disk(
    run: Run,
    papers: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    json: tuple[str, ...],
) -> None:
    if arguments != ("hauls", "new"):
        run("star", papers[2])

    def full(*arguments: object, **options: object) -> None:
        raise LibraryError("One change is not saved", "free some space on that disk")

    with monkeypatch.context() as patched:
        # Closing goes on as it does, so that nothing stays open behind the test.
        patched.setattr(Library, "flush", full)
        patched.setattr(Library, "close", _close_and_fail)
        ran = run(*arguments, *json, code=1)
    assert ran.out == ""
    assert "not saved" in ran.err


def _close_and_fail(library: Library) -> None:
    if library._writer is not None:
        library._writer.flush()
    library._closing.close()
    raise LibraryError("One change is not saved", "free some space on that disk")


def test_a_mistake_of_the_program_itself_goes_to_the_log(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("the very text")

    monkeypatch.setattr("hauler_tui.cli.session.Session.open", broken)
    ran = run("items", code=1)
    assert ran.err.startswith("error: hauler met a mistake of its own")
    assert str(paths.default_log()) in ran.err
    assert "the very text" in paths.default_log().read_text(encoding="utf-8")
    assert "the very text" not in ran.err


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (PermissionError(13, "Permission denied", "/some/where"), 1, "/some/where: Permission"),
        (UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "no"), 1, "offset 2"),
        (click.ClickException("Something odd."), 1, "something odd"),
    ],
)
def test_what_the_system_throws_becomes_a_sentence(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
    code: int,
    said: str,
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise failure

    monkeypatch.setattr("hauler_tui.cli.session.Session.open", fail)
    ran = run("items", code=code)
    assert said in ran.err
    assert ran.err.lstrip("\n").startswith("error: ")


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out == f"hauler {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [("--help",), ("feeds", "add", "--help"), ("completion", "zsh")]
)
def test_help_and_completion_import_nothing_heavy(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys; from hauler_tui.__main__ import main\n"
        f"sys.argv = ['hauler', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code\n"
        "heavy = {'textual', 'rich', 'httpx', 'feedparser', 'tinydb', 'markdown_it', 'sqlite3'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_collector_is_off_for_the_reader_and_on_for_commands() -> None:
    program = (
        "import gc, os, sys; from hauler_tui import __main__\n"
        "import hauler_tui.cli.reader as reader, hauler_tui.cli.setup as setup\n"
        "def told(session): print('reader', gc.isenabled())\n"
        "reader.open_reader = told\n"
        "say = setup.say; setup.say = lambda text: say(f'config {gc.isenabled()}')\n"
        "try: __main__.main()\n"
        "except SystemExit as ended: assert not ended.code\n"
        "assert os.environ['TEXTUAL_FPS'] == '240' and os.environ['ESCDELAY'] == '25'\n"
    )
    for arguments, told in (([], "reader False"), (["config", "path"], "config True")):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        assert told in (done.stdout + done.stderr).decode()


def test_a_reader_that_stops_reading_causes_no_noise(
    papers: tuple[str, ...], directory: Path
) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = hauler("items", "--json", stdout=write, stderr=subprocess.PIPE, capture_output=False)
    finally:
        os.close(write)
    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "stream", "code", "told"),
    [
        (("note", "2605.00001", "-"), 0, 2, b"there is no stdin"),
        (("items", "--limit", "1"), 0, 0, b"1 of 4 items"),
        (("items", "--json"), 1, 0, b""),
        (("compile", "nothing-1"), 1, 1, b"no issue nothing-1"),
        (("nonsense",), 2, 2, b""),
        ((), 0, 2, b"needs a terminal"),
    ],
)
def test_a_closed_stream_is_no_crash(
    papers: tuple[str, ...],
    directory: Path,
    arguments: tuple[str, ...],
    stream: int,
    code: int,
    told: bytes,
) -> None:
    done = hauler(*arguments, preexec_fn=lambda: os.close(stream))
    assert done.returncode == code
    assert told in done.stderr
    assert b"mistake" not in done.stderr


def test_no_file_takes_the_number_of_a_closed_stream() -> None:
    program = (
        "import os, sys; from hauler_tui.cli.root import _fill_closed_streams\n"
        "_fill_closed_streams()\n"
        "sys.stderr.write(str(os.open(os.devnull, os.O_RDONLY) > 2))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        preexec_fn=lambda: os.closerange(0, 2),
    )
    assert done.stderr == b"True"


def test_a_full_disk_behind_stdout_is_told(papers: tuple[str, ...], directory: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = hauler("items", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr
