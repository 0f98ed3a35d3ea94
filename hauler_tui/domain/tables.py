"""Rows of the tables that people paste: CSV with commas, semicolons or tabs, as readers export."""

from __future__ import annotations

import csv
import re

_LONGEST_ROW = 10_000
_SIGNS = ",;\t"
_LINKS = re.compile(r"(?:.{0,30}[ _-])?(?:url|link|href|uri|doi)", re.IGNORECASE)
_TITLES = re.compile(
    r"(?:(?:article|document|item|paper|given|resolved)[ _-])?title|name", re.IGNORECASE
)
_COLUMN = re.compile(r"[^\W\d][\w ()#-]{0,39}|")
_TIME = re.compile(r"1[0-9]{9}")
"""Seconds since 1970, as Pocket and Instapaper tell when a page was saved."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.|doi:|10\.[0-9]{4})\S+", re.IGNORECASE)
_OF_AN_ADDRESS = re.compile(r"[./=?&#%]")


def unrolled(text: str) -> tuple[str, dict[int, str]]:
    """Return a text with each cell of its tables on a line, and titles by where their links begin.

    Only what is surely a row is taken apart: one below the names of its columns, or one whose
    address is followed by an empty cell, a time or, after a semicolon, a year. Else a comma or a
    semicolon may be the address's own.
    """
    if not any(sign in text for sign in _SIGNS):
        return text, {}
    lines: list[str] = []
    titles: dict[int, str] = {}
    length = 0
    sign, columns = "", [""]
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        cells, links, title = [line], set[int](), ""
        if found := _header(bare):
            sign, columns = found
        elif sign and (row := _cells(bare, sign)) and _fits(row, columns):
            links = {n for n, name in enumerate(columns[: len(row)]) if _LINKS.fullmatch(name)}
            named = (cell for cell, name in zip(row, columns, strict=False) if _is_title(name))
            title = next(named, "")
            cells = [f"{cell}\n" for cell in row]
        elif row := _unnamed(bare):
            cells = [f"{cell}\n" for cell in row]
        for number, cell in enumerate(cells):
            if number in links and title:
                titles[length] = title
            lines.append(cell)
            length += len(cell)
    return "".join(lines), titles


def _is_title(column: str) -> bool:
    return _TITLES.fullmatch(column) is not None


def _header(line: str) -> tuple[str, list[str]] | None:
    """Return what parts the cells of a line, and the cells, where they are names of columns."""
    for sign in _SIGNS:
        cells = _cells(line, sign)
        if (
            len(cells) > 1
            and any(map(_LINKS.fullmatch, cells))
            and all(map(_COLUMN.fullmatch, cells))
        ):
            return sign, cells
    return None


def _fits(row: list[str], columns: list[str]) -> bool:
    """Whether a row has a link, and nothing else, in a column of links."""
    return 1 < len(row) <= len(columns) and any(
        _LINK.fullmatch(cell) and _LINKS.fullmatch(name)
        for cell, name in zip(row, columns, strict=False)
    )


def _unnamed(line: str) -> list[str]:
    """Return the cells of a line that is a row without any names of columns; empty for none."""
    for sign in ",;":
        row = _cells(line.rstrip(f"{sign} "), sign)
        starts = [n for n, cell in enumerate(row) if _ADDRESS.match(cell)]
        if len(starts) != 1 or line.lower().count("://") > 1 or f"{sign} " in line:
            continue
        start = starts[0]
        end = next((n for n in range(start + 1, len(row)) if _is_other(row[n], sign)), len(row))
        follows = row[end:]
        token = sign.join(follows).split(" ")[0]
        if any(_is_told(cell, sign) for cell in follows) and not _OF_AN_ADDRESS.search(token):
            return [*row[:start], sign.join(row[start:end]), *follows]
    return []


def _is_other(cell: str, sign: str) -> bool:
    """Whether a cell behind an address is no part of that."""
    return " " in cell or _is_told(cell, sign)


def _is_told(cell: str, sign: str) -> bool:
    """Whether a cell is as those of tables, and as no part of an address, are."""
    is_year = sign == ";" and _YEAR.fullmatch(cell) is not None
    return is_year or not cell or _TIME.fullmatch(cell) is not None


def _cells(line: str, sign: str) -> list[str]:
    """Return what a sign parts in a line; empty where it parts nothing."""
    if sign not in line or len(line) > _LONGEST_ROW:
        return []
    try:
        (row,) = csv.reader([line], delimiter=sign, strict=True)
    except csv.Error:
        return []
    return [cell.strip() for cell in row]
