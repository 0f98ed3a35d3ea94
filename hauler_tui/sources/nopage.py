"""What is no page of a work, though the server says that all is well."""

from __future__ import annotations

import re

from hauler_tui.errors import SourceError
from hauler_tui.sources import charsets, diagnosis
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.discovery import kind_of_feed

SEPARATOR = re.compile(r"\s+[|·•»–—:-]+\s+|\s*\|\s*")
"""What stands between a page's title and the site's name."""
_CHECKS = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied|are you a robot"
    r"|robot or human|human verification|verify (?:that )?you are|security check(?:point)?$"
    r"|checking your browser|ddos-guard|client challenge|one moment,? please|please wait"
    r"|pardon our interruption|bot verification|validate user|before you continue"
    r"|javascript is (?:not available|disabled|required)|enable javascript|cookies? (?:are )?"
    r"(?:required|disabled)|account suspended|subscribe to read",
    re.IGNORECASE,
)
"""How the titles of pages begin that stand before another page."""
_ERRORS = re.compile(
    r"(?:error\s*)?(?:40[0-9]|410|429|50[0-9])(?:\W*(?:error|not found|forbidden|gone|bad \w+|"
    r"unauthori[sz]ed|service \w+|too many requests|internal server error|gateway time-?out))*"
    r"|(?:(?:the )?(?:page|article|file|content|document) )?(?:not found|forbidden|missing)"
    r"|error|an error occurred|redirecting|loading|untitled(?: document| page)?|untitled",
    re.IGNORECASE,
)
_LOGINS = re.compile(
    r"(?:please )?(?:log|sign)[ -]?(?:in|on)(?: (?:to|or|required|page|with)\b.{0,60})?|anmelden"
    r"|anmeldung|(?:se )?connexion|iniciar sesi[oó]n|authentication required|single sign[ -]?on",
    re.IGNORECASE,
)
_LOGIN_ADDRESS = re.compile(
    r"/(?:login|log-in|signin|sign-in|sso|saml|auth|oauth2?|authorize|wp-login\.php|sign_in"
    r"|session/new)(?:[/?.]|$)|^https?://(?:login|signin|sso|auth|accounts|idp|consent)\.",
    re.IGNORECASE,
)


class NoTitleError(SourceError):
    """A page does not tell what it is; ``for_good`` says that it never will."""

    def __init__(self, message: str, hint: str = "", *, for_good: bool = False) -> None:
        super().__init__(message, hint)
        self.for_good = for_good


def text_of_page(body: bytes, content_type: str, host: str, link: str) -> str:
    """The text of what is a page. Raises NoTitleError for what is none."""
    kind = content_type.partition(";")[0].strip().lower()
    start = body[:1_024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if not start:
        raise NoTitleError(f"{host} sent an empty answer", "open it in a browser")
    if start.startswith(b"%PDF") or kind == "application/pdf":
        raise NoTitleError(
            f"{host} sent a PDF, which does not tell its title", "it stays a link", for_good=True
        )
    if kind.startswith(("image/", "audio/", "video/", "font/")) or b"\x00\x00" in body[:200]:
        raise NoTitleError(
            f"{host} sent no page but {kind or 'data'}", "it stays a link", for_good=True
        )
    if kind_of_feed(body, url=link) is not None:
        raise NoTitleError(
            f"the link leads to a feed of {host}, not to a page",
            f"subscribe to it with: hauler feeds add {link}",
            for_good=True,
        )
    text = charsets.decoded(body, content_type=content_type)
    if not re.search(r"<(?:html|head|body|title|meta)\b", text[:20_000], re.IGNORECASE):
        raise NoTitleError(f"{host} sent text that is no page", "it stays a link", for_good=True)
    return text


def refuse_what_is_no_work(text: str, title: str, *, url: str, link: str) -> None:
    """Raise NoTitleError for a check of browsers, a login, or a page about an error."""
    host = host_of(url)
    first = SEPARATOR.split(title)[0].strip(" .!…")
    is_check = _CHECKS.match(title) is not None
    if is_check or (not title and diagnosis.is_challenge(text.encode("utf-8", "replace"))):
        raise NoTitleError(
            f"{host} shows a check for browsers instead of the page", "open it in a browser"
        )
    was_sent_there = url != link and _LOGIN_ADDRESS.search(url) is not None
    if was_sent_there or _LOGINS.fullmatch(first):
        raise NoTitleError(f"{host} shows a login page instead of the page", "open it in a browser")
    if _ERRORS.fullmatch(first):
        raise NoTitleError(
            f"{host} shows “{title[:60]}” instead of the page", "try it in a browser"
        )
