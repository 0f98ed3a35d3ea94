"""``hauler radar``: what happened to the works that earlier issues covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.arguments import the_open_issue
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import count, iso, say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.errors import UnknownKeyError, UsageError

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.workflows.radar import News


@click.command(cls=Command)
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option("--dismiss", is_flag=True, help="Put the news of these items aside.")
@click.option("--lane", metavar="NAME", help="Write a line on each into this lane of the issue.")
@pass_session
def radar(session: Session, keys: tuple[str, ...], dismiss: bool, lane: str | None) -> None:
    """List what happened to papers you covered.

    Withdrawn, replaced, published, or followed by another paper of the same authors.

    With KEY, only the news of these items. A line that was written is put aside.
    """
    from hauler_tui.workflows import radar as workflow

    if (dismiss or lane is not None) and not keys:
        raise UsageError("whose news was not said", "name items: hauler radar KEY --dismiss")
    with session.open(writing=dismiss or lane is not None) as library:
        ids = [library.items.find(key) for key in keys]
        found = workflow.Watch(library).news()
        for key, item_id in zip(keys, ids, strict=True):
            if all(one.item_id != item_id for one in found):
                raise UnknownKeyError(f"there is no news of {key}", "`hauler radar` lists what is")
        chosen = [one for one in found if not keys or one.item_id in ids]
        shapes = [_shape(library, one) for one in chosen]
        if lane is not None:
            slug = the_open_issue(library)
            name = workflow.prose_lane(library.hauls.get(slug), lane)
            with library.step("radar", f"{len(chosen)} news into {name}", at=session.now()):
                for one in chosen:
                    workflow.write_line(library, one, slug, name, session.now())
        elif dismiss:
            workflow.dismiss(library, chosen, session.now())
        library.flush()
    if session.as_json:
        say_json(shapes)
    elif lane is not None:
        say(f"{count(len(chosen), 'line')} written into {name} of {slug}")
    elif dismiss:
        say(f"{len(chosen)} news put aside")
    else:
        say_table([(one["haul"], one["key"], one["what"], one["title"]) for one in shapes])
        if not shapes:
            tell("nothing happened to what you covered, as far as the library knows")


def _shape(library: Library, news: News) -> dict[str, Any]:
    from hauler_tui.workflows.radar import line_of

    item = library.items.get(news.item_id)
    follower = None if news.follower is None else library.items.get(news.follower).key
    return {
        "kind": news.happened.kind,
        "key": item.key,
        "title": item.entry.title,
        "haul": news.slug,
        "what": news.sentence,
        "follower": follower,
        "seen": iso(news.happened.at),
        "line": line_of(library, news),
    }
