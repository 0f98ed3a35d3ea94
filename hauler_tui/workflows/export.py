"""An issue in the forms that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import resolve
from hauler_tui.errors import HaulError
from hauler_tui.files import write_atomically
from hauler_tui.workflows.drafts import series_of
from hauler_tui.workflows.publish import compile_text

if TYPE_CHECKING:
    from hauler_tui.haul.formats.issue import Issue
    from hauler_tui.library.library import Library

Form: TypeAlias = Literal["md", "html", "json", "bibtex", "rss", "text"]
FORMS: tuple[Form, ...] = get_args(Form)


def export(library: Library, slug: str, form: Form) -> str:
    """An issue or post in one of the forms.

    Raises UnknownKeyError, and HaulError for the BibTeX of what has no cards.
    """
    if form == "md":
        return compile_text(library, slug)
    issue = gathered(library, slug)
    match form:
        case "html":
            from hauler_tui.haul.formats.page import page

            return page(issue)
        case "json":
            from hauler_tui.haul.formats.jsonform import as_json

            return as_json(issue)
        case "rss":
            from hauler_tui.haul.formats.rss import rss

            return rss(issue)
        case "text":
            from hauler_tui.haul.formats.plaintext import plaintext

            return plaintext(issue)
        case "bibtex":
            if not issue.papers:
                hint = (
                    f"“hauler card add {slug} KEY” adds one"
                    if issue.state == "open"
                    else "--format text or html gives its words"
                )
                raise HaulError(f"{slug} has no cards to cite", hint)
            from hauler_tui.haul.formats.bibtex import bibtex

            return bibtex(issue)


def write_page(library: Library, slug: str) -> Path:
    """Write an issue's page into the library's ``pages`` folder, and say where.

    Raises UnknownKeyError, and HaulError where it cannot be written.
    """
    text = export(library, slug, "html")
    path = library.directory / "pages" / f"{slug}.html"
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, text.encode(), mode=0o600)
    except OSError as error:
        raise HaulError(f"cannot write {path}: {error.strerror or error}") from error
    return path.absolute()


def gathered(library: Library, slug: str) -> Issue:
    """An issue compiled, with what the library knows of its papers. Raises UnknownKeyError."""
    from hauler_tui.haul.compile import snippet
    from hauler_tui.haul.formats.issue import Issue, read_papers
    from hauler_tui.haul.intake import from_document

    haul = library.hauls.get(slug)
    series = series_of(library, haul)
    text = compile_text(library, slug)

    def known(link: str) -> tuple[str, Entry] | None:
        item_id = library.items.lookup(resolve(link))
        if item_id is None:
            return None
        item = library.items.get(item_id)
        return item.key, item.entry

    document, papers = read_papers(text, known)
    said = from_document(document).snippet
    is_haul = bool(papers) or haul.series_id is not None
    return Issue(
        slug=haul.slug,
        title=haul.title,
        text=text,
        document=document,
        papers=papers,
        series=series.title.replace("{n}", "").rstrip(" ~#:·-") if haul.series_id else "",
        number=haul.number,
        state=haul.state,
        published_at=haul.published_at,
        snippet=said
        if said is not None
        else (snippet(series, haul, len(papers)) if is_haul and haul.text is None else ""),
        site=series.site,
    )
