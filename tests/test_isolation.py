"""What ``conftest.py`` promises every test: this machine only, and a home of its own."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from hauler_tui import paths

ELSEWHERE = "192.0.2.1"
"""An address that is nobody's (RFC 5737)."""


def test_connecting_to_another_machine_fails_the_test() -> None:
    with socket.socket() as one, pytest.raises(pytest.fail.Exception, match="connect 192"):
        one.connect((ELSEWHERE, 80))
    with socket.socket() as one, pytest.raises(pytest.fail.Exception):
        one.connect_ex((ELSEWHERE, 80))
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(pytest.fail.Exception):
        one.sendto(b"", (ELSEWHERE, 53))
    with pytest.raises(pytest.fail.Exception):
        socket.create_connection(("example.org", 80))


def test_resolving_a_name_fails_the_test_unless_the_name_cannot_exist() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"getaddrinfo example\.org"):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("feeds.invalid", 443)
    assert socket.getaddrinfo(ELSEWHERE, 443)


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        caller = threading.Thread(
            target=lambda: socket.create_connection(("localhost", port), timeout=5).close()
        )
        caller.start()
        server.accept()[0].close()
        caller.join()


def test_every_path_of_hauler_lies_in_the_tests_own_home(home: Path) -> None:
    assert Path.home() == home
    for place in (
        paths.default_library(),
        paths.default_config(),
        paths.default_state(),
        paths.default_log(),
    ):
        assert place.is_relative_to(home)
    assert [name for name in os.environ if name.startswith("HAULER_")] in ([], ["HAULER_SHARED"])
