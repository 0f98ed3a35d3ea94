"""Why a connection came to nothing, in a few plain words."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

_SYSTEM = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "it was cut off by the other side",
    errno.ECONNABORTED: "it was cut off by the other side",
    errno.EPIPE: "it was cut off by the other side",
    errno.ETIMEDOUT: "no answer in time",
    errno.EHOSTUNREACH: "there is no way to that machine",
    errno.ENETUNREACH: "there is no way to that network",
    errno.ENETDOWN: "the network is down",
    errno.EADDRNOTAVAIL: "there is no way to that machine",
    errno.EMFILE: "too many files are open",
    errno.EACCES: "this machine does not allow it",
    errno.EPERM: "this machine does not allow it",
}
_BROKEN_OFF = "it broke off"
_NOT_HTTP = "the answer is not HTTP"


def reason(error: BaseException) -> str:
    """What lies at the bottom of a failed connection; never a library's own words."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not to be trusted"
        if isinstance(cause, ssl.SSLError):
            return "no encrypted connection could be agreed on"
        if isinstance(cause, OSError) and cause.errno in _SYSTEM:
            return _SYSTEM[cause.errno]
    # httpcore and the parser below it have an error of this name, and tell the cases apart by text.
    if any(type(cause).__name__ == "RemoteProtocolError" for cause in causes):
        said = str(causes[0])
        if "without sending a response" in said:
            return "it was closed without an answer"
        return "it broke off in the middle of the answer" if "peer closed" in said else _NOT_HTTP
    return _BROKEN_OFF


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it, the outermost first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        for part in cause.exceptions if isinstance(cause, BaseExceptionGroup) else ():
            yield from _causes(part)
        cause = cause.__cause__ or cause.__context__
