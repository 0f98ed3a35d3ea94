"""Why a connection failed, without a library's own words."""

from __future__ import annotations

import errno
import ssl

import pytest

from hauler_tui.sources.breaks import reason


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (OSError(errno.ECONNREFUSED, "Connect call failed"), "connection refused"),
        (OSError(errno.ENETUNREACH, "x"), "there is no way to that network"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "it was cut off by the other side"),
        (ssl.SSLCertVerificationError(1, "x"), "its certificate is not to be trusted"),
        (ssl.SSLError(1, "[SSL] x"), "no encrypted connection could be agreed on"),
        (ValueError("bytearray(b'x')"), "it broke off"),
    ],
)
def test_the_cause_is_found_under_what_wraps_it(cause: Exception, said: str) -> None:
    middle = OSError("All connection attempts failed")
    middle.__cause__ = ExceptionGroup("several", [OSError("odd"), cause])
    outer = RuntimeError("outer")
    outer.__context__ = middle
    assert reason(outer) == said
    assert reason(cause) == said
