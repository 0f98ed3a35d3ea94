"""What every test stands on: no network but loopback, and no real home."""

from __future__ import annotations

import ipaddress
import itertools
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: laws are about answers, not about times.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test that connects to, sends to or resolves anything but this machine.

    ``pytest.fail`` raises outside ``Exception``, so code that survives a lost network does not
    hide it. Names under ``.invalid`` do not resolve, as RFC 6761 promises.
    """
    resolve = socket.getaddrinfo

    def guarded(name: str) -> Callable[..., Any]:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _require_this_machine(arguments[-1][0], name)
            return original(self, *arguments)

        return call

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and name.rstrip(".").endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        _require_this_machine(name, "getaddrinfo")
        return resolve(host, *arguments, **options)

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _require_this_machine(host: str | None, call: str) -> None:
    if host in (None, "", "localhost"):
        return
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        is_ours = False
    else:
        # A literal needs no resolver, so looking one up reaches nothing.
        is_ours = address.is_loopback or address.is_unspecified or call == "getaddrinfo"
    if not is_ours:
        pytest.fail(f"a test reached for the network: {call} {host}")


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    base = tmp_path_factory.mktemp("homes")
    numbers = itertools.count(1)

    def make() -> Path:
        home = base / str(next(numbers))
        home.mkdir()
        return home

    return make


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, _homes: Callable[[], Path]) -> Path:
    """A home of the test's own, with no hauler variable set."""
    directory = _homes()
    for name in [name for name in os.environ if name.startswith("HAULER_")]:
        if name != "HAULER_SHARED":
            monkeypatch.delenv(name)
    for name in ("EDITOR", "VISUAL", "BROWSER", "NO_COLOR", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(directory))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(directory / name.lower()))
    return directory


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of design papers, real hauls and feeds; the test is skipped where it is absent."""
    directory = Path(os.environ.get("HAULER_SHARED") or _ROOT.parent / "shared")
    if not (directory / "examples").is_dir():
        pytest.skip("no folder of examples: set HAULER_SHARED to one")
    return directory
