"""Dates as the programs that make sites write them in front matter."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_ZONE = re.compile(r"[ ]*(?:Z|UTC|GMT)\Z")
_OFFSET_APART = re.compile(r"[ ]+(?=[+-]\d\d:?\d\d\Z)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?[ ]+)?"
_TIME = r"(?:,?[ ]+(?P<hour>\d\d?):(?P<minute>\d\d)(?P<second>:\d\d)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"(?P<year>\d{{4}})(?P<sign>[-/.])(?P<month>\d\d?)(?P=sign)(?P<day>\d\d?){_TIME}",
        rf"(?P<day>\d\d?)\.[ ]?(?P<month>\d\d?)\.[ ]?(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}(?P<day>\d\d?)(?:st|nd|rd|th|\.)?[ ]+{_MONTH},?[ ]+(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}{_MONTH}[ ]+(?P<day>\d\d?)(?:st|nd|rd|th)?,?[ ]+(?P<year>\d{{4}}){_TIME}",
        r"(?P<year>\d{4})-(?P<month>\d\d)",
    )
)


def read_date(written: str) -> datetime | None:
    """A date as front matter writes it, with or without a time; None when it is none.

    ISO 8601, ``2024/03/04``, ``4.3.2024``, ``4 Mar 2024`` and ``March 4, 2024`` are read;
    ``03/04/2024`` is not, as it is two days. A month alone is its first day, a time without an
    offset is UTC.
    """
    text = _OFFSET_APART.sub("", _ZONE.sub("Z", written.strip()))
    for one in (text, _as_iso(text)):
        try:
            when = datetime.fromisoformat(one)
            aware = when if when.tzinfo else when.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _as_iso(text: str) -> str:
    """A date in another form as ISO 8601 has it; empty when it is in none of them."""
    found = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if found is None:
        return ""
    said = found.groupdict()
    month = said.get("month") or str(_MONTHS.index(said["name"][:3].casefold()) + 1)
    day = f"{said['year']}-{month:0>2}-{said.get('day') or '01':0>2}"
    if said.get("hour"):
        clock = f"{said['hour']:0>2}:{said['minute']}{said['second'] or ''}"
        return f"{day}T{clock}{said['zone'] or ''}"
    # An ISO date takes no offset without a time.
    return f"{day}T00:00{said['zone']}" if said.get("zone") else day
