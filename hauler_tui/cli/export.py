"""``hauler export``: an issue in another form."""

from __future__ import annotations

from pathlib import Path

import click

from hauler_tui.cli.arguments import the_open_issue
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import say, say_document, say_json, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.workflows.export import FORMS


@click.command(cls=Command)
@click.argument("slug", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    required=True,
    help="Markdown, a page, JSON, BibTeX, an RSS item or plain text.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there."
)
@pass_session
def export(session: Session, slug: str | None, form: str, output: Path | None) -> None:
    """Print an issue or post in another form.

    Without SLUG, the open issue.
    """
    from hauler_tui.workflows.drafts import series_of
    from hauler_tui.workflows.export import export as exported
    from hauler_tui.workflows.publish import write_file

    with session.open() as library:
        name = slug or the_open_issue(library)
        text = exported(library, name, next(one for one in FORMS if one == form))
        series = series_of(library, library.hauls.get(name))
        output = None if output == Path("-") else output
        written = str(write_file(library, output, text)) if output is not None else None
    if form == "rss" and not series.site:
        from hauler_tui.haul.formats.rss import NO_SITE

        tell(f"warning: RSS names a site, and none is known: {NO_SITE} stands for it")
        tell(
            f"hint: “hauler series edit {series.id} --site https://example.org” tells it"
            if series.id
            else "hint: it is a setting of a series, and this post belongs to none"
        )
    if session.as_json and form != "json":
        say_json({"slug": name, "format": form, "file": written, "text": text})
    elif output is None:
        say_document(text)
    elif session.as_json:
        say_json({"slug": name, "format": form, "file": written})
    else:
        (say if output.is_file() else tell)(f"wrote {written}")
