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
    from hauler_tui.workflows.export import export as exported
    from hauler_tui.workflows.publish import write_file

    with session.open() as library:
        name = slug or the_open_issue(library)
        text = exported(library, name, next(one for one in FORMS if one == form))
        output = None if output == Path("-") else output
        written = str(write_file(library, output, text)) if output is not None else None
    if session.as_json and form != "json":
        say_json({"slug": name, "format": form, "file": written, "text": text})
    elif output is None:
        say_document(text)
    elif session.as_json:
        say_json({"slug": name, "format": form, "file": written})
    else:
        (say if output.is_file() else tell)(f"wrote {written}")
