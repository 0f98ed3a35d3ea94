"""The person's ``config.toml``: read, checked, never written.

The tables and keys that exist are the dataclasses here and nothing else: a name that is not among
them is an error with the closest name beside it, since a setting that is silently ignored is worse
than a program that does not start. All mistakes of a file are told at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hauler_tui import paths
from hauler_tui.errors import ConfigError

_TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
_FALSE_WORDS = frozenset({"0", "false", "no", "off"})
_LONGEST_NAME_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """``[fetch]``: how addresses are fetched."""

    allow_private_networks: bool = False
    """Whether loopback, private and link-local addresses may be fetched."""
    contact: str | None = None
    """An e-mail address or link told to servers in the User-Agent, in printable ASCII."""
    timeout: float = 30.0
    """Seconds that one fetch may take in all."""
    arxiv_api: str = "https://export.arxiv.org/api/query"
    """Where arXiv's query API answers: arXiv's own address, or a mirror's."""
    arxiv_oai: str = ""
    """Where arXiv's OAI-PMH answers; empty is arXiv's own while ``arxiv_api`` is, else nowhere."""
    preprint_api: str = "https://api.biorxiv.org/details"
    """Where bioRxiv and medRxiv tell of their papers: their own address, or a mirror's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshConfig:
    """``[refresh]``: when the open reader fetches by itself."""

    every: int = 60
    """Minutes before a feed is asked again, which the open reader does by itself; with 0 it
    never does, and feeds are due after an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryConfig:
    """``[library]``: where the library is kept."""

    directory: Path | None = None
    """An absolute path; None is the platform's data directory."""
    keep_days: int = 0
    """Days that an item stays which the person never touched; with 0 every item stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeConfig:
    """``[theme]``: the colours of the reader."""

    name: str | None = None
    """A theme's name; None is the theme last chosen, else hauler's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the configuration says, defaults filled in."""

    path: Path
    """The file it was read from, which may not exist."""
    fetch: FetchConfig = field(default_factory=FetchConfig)
    refresh: RefreshConfig = field(default_factory=RefreshConfig)
    library: LibraryConfig = field(default_factory=LibraryConfig)
    theme: ThemeConfig = field(default_factory=ThemeConfig)
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """``[keys]`` as written: action ids and the keys they are given, not yet checked."""


def load(path: Path | None, environment: Mapping[str, str]) -> Config:
    """The configuration in ``path``, else in ``HAULER_CONFIG``, else in the platform's place.

    A file that does not exist is an empty one. ``HAULER_ALLOW_PRIVATE_NETWORKS`` goes before what
    the file says. Raises ConfigError naming the file and everything that is wrong in it.
    """
    place = _config_path(path, environment)
    config = _from_tables(_read(place), place)
    allowed = environment.get("HAULER_ALLOW_PRIVATE_NETWORKS", "").strip().lower()
    if not allowed:
        return config
    if allowed not in _TRUE_WORDS | _FALSE_WORDS:
        raise ConfigError(
            f"HAULER_ALLOW_PRIVATE_NETWORKS is {_shown(allowed)}, which is neither yes nor no",
            "set it to 1 or 0, or unset it",
        )
    return replace(
        config, fetch=replace(config.fetch, allow_private_networks=allowed in _TRUE_WORDS)
    )


def library_directory(option: Path | None, environment: Mapping[str, str], config: Config) -> Path:
    """The library's folder: the option, else ``HAULER_LIBRARY``, else the file, else the default.

    Raises ConfigError where a ``~name`` in the variable has no home.
    """
    if option is not None:
        return option.absolute()
    if named := environment.get("HAULER_LIBRARY"):
        return _expanded(named, Path.cwd(), "HAULER_LIBRARY")
    return config.library.directory or paths.default_library()


def _config_path(path: Path | None, environment: Mapping[str, str]) -> Path:
    if path is not None:
        return path.absolute()
    if named := environment.get("HAULER_CONFIG"):
        return _expanded(named, Path.cwd(), "HAULER_CONFIG")
    return paths.default_config()


def _read(path: Path) -> dict[str, Any]:
    hint = "correct the file, or name another one with --config FILE"
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path} is not UTF-8 text (line {line})", hint) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}", hint) from error
    except RecursionError as error:
        raise ConfigError(f"{path} is nested too deeply to be read", hint) from error


def _from_tables(tables: Mapping[str, Any], path: Path) -> Config:
    problems: list[str] = []
    parts: dict[str, Any] = {}
    for name, value in tables.items():
        if name == "keys" and isinstance(value, dict):
            parts[name] = MappingProxyType(_flat_keys(value, problems))
        elif name in _TABLES and isinstance(value, dict):
            parts[name] = _table(name, value, path, problems)
        else:
            problems.append(_misplaced(name, value))
    if problems:
        raise ConfigError(
            f"{path}: {'; '.join(problems)}",
            "correct the file, or name another one with --config FILE",
        )
    return Config(path=path, **parts)


def _table(name: str, value: Mapping[str, Any], path: Path, problems: list[str]) -> Any:
    readers = _TABLES[name][1]
    settings: dict[str, Any] = {}
    for key, raw in value.items():
        if key not in readers:
            problems.append(f"[{name}] has no {_shown(key)}{_did_you_mean(key, readers)}")
            continue
        try:
            settings[key] = readers[key](raw, path)
        except _WrongValueError as error:
            problems.append(f"[{name}] {key} must be {error}, not {_described(raw)}")
        except ConfigError as error:
            problems.append(f"[{name}] {key}: {error.message}")
    return _TABLES[name][0](**settings)


def _flat_keys(value: Mapping[str, Any], problems: list[str], prefix: str = "") -> dict[str, str]:
    """The ``[keys]`` table with ``item.star = "s"``, which TOML nests, made one level again."""
    flat: dict[str, str] = {}
    for name, key in value.items():
        if isinstance(key, dict):
            flat.update(_flat_keys(key, problems, f"{prefix}{name}."))
        elif isinstance(key, str) and key.strip():
            flat[prefix + name] = key.strip()
        else:
            problems.append(f"[keys] {_shown(prefix + name)} must be a key, not {_described(key)}")
    return flat


def _misplaced(name: str, value: Any) -> str:
    known = sorted([*_TABLES, "keys"])
    if not isinstance(value, dict):
        if name in known:
            return f"{name} must be a table [{name}], not {_described(value)}"
        homes = [table for table, (_, readers) in _TABLES.items() if name in readers]
        if homes:
            return f"{_shown(name)} stands in no table; it belongs under [{homes[0]}]"
        return f"{_shown(name)} stands in no table and is not known"
    return f"there is no table [{name[:_LONGEST_NAME_SHOWN]}]{_did_you_mean(name, known)}"


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name.lower().replace("-", "_"), names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {_shown(close[0])}?"
    return f" (it can hold {', '.join(names)})" if len(names) > 1 else f" (only {names[0]})"


class _WrongValueError(Exception):
    """A value of the wrong kind; its text says what kind is right."""


def _boolean(raw: Any, path: Path) -> bool:
    if not isinstance(raw, bool):
        raise _WrongValueError("true or false")
    return raw


def _seconds(raw: Any, path: Path) -> float:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if not is_number or not 0 < raw <= 3600:
        raise _WrongValueError("a number of seconds from just above 0 to 3600")
    return float(raw)


def _minutes(raw: Any, path: Path) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= 525_600:
        raise _WrongValueError("a whole number of minutes (0 is never)")
    return raw


def _days(raw: Any, path: Path) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= 36_500:
        raise _WrongValueError("a whole number of days (0 is for ever)")
    return raw


def _contact(raw: Any, path: Path) -> str | None:
    if not isinstance(raw, str) or not raw.isascii() or not (raw.isprintable() or not raw):
        raise _WrongValueError("an e-mail address or a link in plain ASCII on one line")
    return raw.strip() or None


def _address(raw: Any, path: Path) -> str:
    if not isinstance(raw, str) or not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", raw.strip()):
        raise _WrongValueError("a web address in quotes")
    return raw.strip()


def _name(raw: Any, path: Path) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise _WrongValueError("a name in quotes")
    return raw.strip()


def _directory(raw: Any, path: Path) -> Path:
    if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
        raise _WrongValueError("a folder in quotes")
    return _expanded(raw, path.parent, "the folder")


def _expanded(text: str, base: Path, name: str) -> Path:
    try:
        return (base / Path(text).expanduser()).absolute()
    except RuntimeError as error:
        raise ConfigError(f"{name} is {_shown(text)}, and there is no such home") from error


def _shown(text: str) -> str:
    short = text if len(text) <= _LONGEST_NAME_SHOWN else f"{text[: _LONGEST_NAME_SHOWN - 1]}…"
    return f'"{short if short.isprintable() else ascii(short)[1:-1]}"'


def _described(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _shown(str(value))[1:-1]
        case str():
            return f"the text {_shown(value)}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


_Reader = Callable[[Any, Path], Any]

_TABLES: Mapping[str, tuple[type, Mapping[str, _Reader]]] = MappingProxyType(
    {
        "fetch": (
            FetchConfig,
            {
                "allow_private_networks": _boolean,
                "contact": _contact,
                "timeout": _seconds,
                "arxiv_api": _address,
                "arxiv_oai": _address,
                "preprint_api": _address,
            },
        ),
        "refresh": (RefreshConfig, {"every": _minutes}),
        "library": (LibraryConfig, {"directory": _directory, "keep_days": _days}),
        "theme": (ThemeConfig, {"name": _name}),
    }
)
"""Each table's dataclass and how each of its keys is read and checked."""


def known_settings() -> Mapping[str, tuple[str, ...]]:
    """The keys that each table can hold, for help and completion; ``[keys]`` is left out."""
    return {name: tuple(f.name for f in fields(kind)) for name, (kind, _) in _TABLES.items()}
