"""What a series' front matter says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.haul import front
from hauler_tui.haul.frontkeys import like, problem, values
from hauler_tui.haul.profiles import PROFILES

SERIES = Series(id=1, title="River Log ~{n}", slug="river-log-{n}", tags="rivers, bio")
ISSUE = Haul(
    id=1,
    slug="river-log-8",
    series_id=1,
    number=8,
    title="River Log ~8",
    state="published",
    published_at=datetime(2025, 4, 1, 8, tzinfo=UTC),
)


def written(series: Series, issue: Haul = ISSUE) -> str:
    return front.write(values(series, issue, "2 papers: both new", 2))


def test_each_profile_writes_what_its_program_reads() -> None:
    texts = {
        name: written(replace(SERIES, **settings)) if settings["front"] else ""
        for name, settings in PROFILES.items()
    }
    assert texts == {
        "fresh": "---\ntitle: River Log ~8\npublished_at: 2025-04-01T08:00:00.000Z\n"
        'snippet: "2 papers: both new"\ntags: rivers, bio\n---\n',
        "hugo": "---\ntitle: River Log ~8\ndate: 2025-04-01T08:00:00.000Z\ndraft: false\n"
        'slug: river-log-8\nsummary: "2 papers: both new"\ntags: [rivers, bio]\n---\n',
        "jekyll": "---\nlayout: post\ntitle: River Log ~8\ndate: 2025-04-01T08:00:00.000Z\n"
        'slug: river-log-8\nexcerpt: "2 papers: both new"\ntags: [rivers, bio]\n---\n',
        "plain": "",
    }
    for settings in PROFILES.values():
        assert problem(settings["front"], heading=settings["heading"]) == ""


def test_a_key_whose_field_is_empty_is_left_out() -> None:
    issue = replace(ISSUE, state="open", published_at=None, number=None)
    series = replace(SERIES, tags="", front=("title", "date", "tags={tag_list}", "issue={n}"))
    assert written(series, issue) == "---\ntitle: River Log ~8\n---\n"


def test_constants_are_what_yaml_reads_and_fields_may_stand_in_words() -> None:
    series = replace(
        SERIES,
        front=("title", "toc=true", "weight=3", "categories=[a, b]", "cover=/img/{n}-{date}.png"),
    )
    read = yaml.safe_load(written(series).strip("-\n"))
    assert read == {
        "title": "River Log ~8",
        "toc": True,
        "weight": 3,
        "categories": ["a", "b"],
        "cover": "/img/8-2025-04-01.png",
    }


@pytest.mark.parametrize(
    ("specs", "reason"),
    [
        (("title", "layout"), "{layout} is none of"),
        (("title", "x={nothing}"), "{nothing} is none of"),
        (("title", "date", "date={published_at}"), "stands there twice"),
        (("date",), "no key says the title"),
        (("ti tle={title}",), "cannot be a key"),
    ],
)
def test_keys_that_would_say_nothing_are_told(specs: tuple[str, ...], reason: str) -> None:
    assert reason in problem(specs, heading=False)


def test_the_keys_of_a_read_issue_are_those_of_the_next() -> None:
    newest = front.read(
        "---\nlayout: post\ntitle: Log 8\ndate: 2025-04-01\nissue: 8\ndescription: words\n"
        "tags: [a, b]\ncover: 8.png\nauthor: Me\ntoc: true\n---\n"
    )
    older = front.read(
        "---\nlayout: post\ntitle: Log 7\ncover: 7.png\nauthor: You\ntoc: true\n---\n"
    )
    shape = ("title", "date", "issue={n}", "description={snippet}", "tags={tag_list}")
    assert like(newest, ()) == ("layout=post", *shape, "author=Me", "toc=true")
    assert like(newest, (older,)) == ("layout=post", *shape, "toc=true")
    series = replace(SERIES, front=like(newest, (older,)))
    assert list(front.read(written(series))) == [
        "layout", "title", "date", "issue", "description", "tags", "toc"
    ]  # fmt: skip


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3),
        max_size=5,
    ),
    st.text(max_size=30),
)
def test_whatever_an_issue_said_the_next_one_is_yaml(said: dict[str, object], snippet: str) -> None:
    series = replace(SERIES, front=like({"title": "T", **said}, ({"title": "S", **said},)))
    assert problem(series.front, heading=False) == ""
    read = front.split(front.write(values(series, ISSUE, snippet, 1)))
    assert read is not None
    assert not read.problem
