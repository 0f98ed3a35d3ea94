"""The configuration: what it may say, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hauler_tui import config, paths
from hauler_tui.config import Config
from hauler_tui.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, text: str, **environment: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return config.load(file, environment)


def problem(file: Path, text: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(file, text, **environment)
    assert caught.value.hint
    return caught.value.message


def test_a_file_that_does_not_exist_is_an_empty_one(file: Path) -> None:
    assert config.load(file, {}) == Config(path=file)
    assert read(file, "") == Config(path=file)


def test_everything_a_file_can_say_is_read(file: Path, tmp_path: Path) -> None:
    found = read(
        file,
        """
        [fetch]
        allow_private_networks = true
        contact = "ada@example.org"
        timeout = 12.5
        [refresh]
        every = 0
        [library]
        directory = "papers"
        [keys]
        "item.star" = "S"
        [theme]
        name = "hauler-light"
        """,
    )
    assert found.fetch == config.FetchConfig(
        allow_private_networks=True, contact="ada@example.org", timeout=12.5
    )
    assert found.refresh.every == 0
    assert found.library.directory == tmp_path / "papers"
    assert found.keys == {"item.star": "S"}
    assert found.theme.name == "hauler-light"


def test_keys_may_be_written_with_or_without_quotes(file: Path) -> None:
    bare = read(file, '[keys]\nitem.star = "S"\nitem.skip = "X"')
    quoted = read(file, '[keys]\n"item.star" = "S"\n"item.skip" = "X"')
    assert bare == quoted
    assert bare.keys == {"item.star": "S", "item.skip": "X"}


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    assert read(file, "\ufeff[refresh]\nevery = 5").refresh.every == 5


def test_the_home_is_expanded_in_a_directory(file: Path, home: Path) -> None:
    assert read(file, '[library]\ndirectory = "~/x"').library.directory == home / "x"
    assert "no such home" in problem(file, '[library]\ndirectory = "~nobody-at-all/x"')


def test_a_mistyped_key_is_named_with_the_closest_one(file: Path) -> None:
    message = problem(file, "[fetch]\nalow_private_network = true")
    assert str(file) in message
    assert '[fetch] has no "alow_private_network"' in message
    assert 'did you mean "allow_private_networks"?' in message


def test_a_mistyped_table_is_named_with_the_closest_one(file: Path) -> None:
    assert 'no table [fecth]; did you mean "fetch"?' in problem(file, "[fecth]\ntimeout = 3")


def test_a_name_like_no_other_is_answered_with_all_there_are(file: Path) -> None:
    assert (
        "(it can hold allow_private_networks, arxiv_api, arxiv_oai, contact, preprint_api, timeout)"
        in problem(file, "[fetch]\nzzz = 1")
    )


def test_a_key_outside_its_table_is_told_where_it_belongs(file: Path) -> None:
    assert '"timeout" stands in no table; it belongs under [fetch]' in problem(file, "timeout = 3")
    assert "fetch must be a table [fetch], not a list" in problem(file, "fetch = []")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[fetch]\nallow_private_networks = 1", "must be true or false, not 1"),
        (
            '[fetch]\ntimeout = "30"',
            'must be a number of seconds from just above 0 to 3600, not the text "30"',
        ),
        ("[fetch]\ntimeout = true", "not true"),
        ("[fetch]\ntimeout = nan", "not nan"),
        ("[fetch]\ntimeout = 0", "not 0"),
        ('[fetch]\ncontact = "a\\nX-Injected: 1"', "in plain ASCII on one line"),
        ('[fetch]\ncontact = "é"', "in plain ASCII on one line"),
        ('[fetch]\narxiv_api = "ftp://example.org"', "a web address in quotes"),
        ("[refresh]\nevery = 1.5", "a whole number of minutes (0 is never), not 1.5"),
        ("[refresh]\nevery = -1", "not -1"),
        ("[library]\ndirectory = 3", "a folder in quotes, not 3"),
        ("[library]\nkeep_days = -1", "a whole number of days (0 is for ever)"),
        ("[library]\nkeep_days = true", "a whole number of days (0 is for ever), not true"),
        ("[theme]\nname = 1979-05-27", "a name in quotes, not a date or time"),
        ('[theme]\nname = " "', "a name in quotes"),
        ('[keys]\n"item.star" = 5', '[keys] "item.star" must be a key, not 5'),
        ('[keys]\nitem.star = ["s"]', '[keys] "item.star" must be a key, not a list'),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_the_right_one(
    file: Path, text: str, expected: str
) -> None:
    assert expected in problem(file, text)


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    message = problem(file, "[fetch]\ntimeout = -1\ncontct = 'x'\n[them]\nname = 'x'")
    assert message.count("; ") == 4
    assert "timeout must be" in message
    assert '"contct"' in message
    assert "[them]" in message


def test_what_is_not_toml_is_told_with_its_line(file: Path) -> None:
    message = problem(file, "[fetch]\ntimeout 3\n")
    assert message.startswith(f"{file} is not TOML: ")
    assert "line 2" in message


def test_what_is_not_text_is_told_with_its_line(file: Path) -> None:
    file.write_bytes(b"[fetch]\ncontact = '\xff'\n")
    with pytest.raises(ConfigError, match=r"is not UTF-8 text \(line 2\)"):
        config.load(file, {})


def test_a_file_nested_beyond_reason_is_refused_in_a_sentence(file: Path) -> None:
    assert "nested too deeply" in problem(file, "a = " + "[" * 100_000)


def test_a_folder_in_place_of_the_file_is_refused_in_a_sentence(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ConfigError, match="cannot read"):
        config.load(file, {})


def test_a_name_full_of_control_characters_is_shown_as_plain_text(file: Path) -> None:
    message = problem(file, '"\\u001b[31m\\u202e" = 1')
    assert message.isprintable()


def test_option_variable_file_and_default_take_precedence_in_this_order(file: Path) -> None:
    found = read(file, '[library]\ndirectory = "/from/file"')
    environment = {"HAULER_LIBRARY": "/from/variable"}
    option = Path("/from/option")
    assert config.library_directory(option, environment, found) == option
    assert config.library_directory(None, environment, found) == Path("/from/variable")
    assert config.library_directory(None, {}, found) == Path("/from/file")
    assert config.library_directory(None, {"HAULER_LIBRARY": ""}, found) == Path("/from/file")
    assert config.library_directory(None, {}, Config(path=file)) == paths.default_library()


def test_the_variable_names_the_file_where_no_option_does(file: Path, tmp_path: Path) -> None:
    read(file, "[refresh]\nevery = 5")
    assert config.load(None, {"HAULER_CONFIG": str(file)}).refresh.every == 5
    other = tmp_path / "other.toml"
    assert config.load(other, {"HAULER_CONFIG": str(file)}) == Config(path=other)
    assert config.load(None, {}).path == paths.default_config()


@pytest.mark.parametrize(("word", "expected"), [("1", True), ("YES", True), ("0", False)])
def test_the_variable_for_private_networks_goes_before_the_file(
    file: Path, word: str, expected: bool
) -> None:
    text = f"[fetch]\nallow_private_networks = {str(not expected).lower()}"
    found = read(file, text, HAULER_ALLOW_PRIVATE_NETWORKS=word)
    assert found.fetch.allow_private_networks is expected


def test_a_variable_that_is_neither_yes_nor_no_is_refused(file: Path) -> None:
    assert "neither yes nor no" in problem(file, "", HAULER_ALLOW_PRIVATE_NETWORKS="perhaps")


def test_the_tables_and_keys_are_known_to_whoever_lists_them() -> None:
    assert config.known_settings() == {
        "fetch": (
            "allow_private_networks",
            "contact",
            "timeout",
            "arxiv_api",
            "arxiv_oai",
            "preprint_api",
        ),
        "refresh": ("every",),
        "library": ("directory", "keep_days"),
        "theme": ("name",),
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    )
)
def test_any_bytes_are_a_configuration_or_a_sentence(file: Path, body: bytes) -> None:
    file.write_bytes(body)
    message = "no problem"
    try:
        config.load(file, {})
    except ConfigError as error:
        message = error.message
    assert message
    assert message.isprintable()
