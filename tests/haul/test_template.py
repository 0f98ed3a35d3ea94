"""The person's own template, and the look at what it made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hauler_tui.errors import HaulError
from hauler_tui.haul.compile import compile_issue
from hauler_tui.haul.parse import parse
from hauler_tui.haul.template import render_template
from hauler_tui.haul.verify import flaws
from tests.haul.test_compile import EDDIES, ISSUE, SERIES, SILT

CANONICAL = """\
{{ front }}
{% for lane in lanes if lane.text or lane.cards %}
{{ lane.heading }}

{% if lane.text %}
{{ lane.text }}

{% endif %}
{% for card in lane.cards %}
{{ card.html }}

{% if card.note %}
{{ card.note }}

{% endif %}
{% if not loop.last %}
<hr/>

{% endif %}
{% endfor %}
{% endfor %}
{{ closing }}"""


def test_a_template_can_write_the_canonical_form() -> None:
    text = render_template(CANONICAL, "t.md", SERIES, ISSUE, (SILT, EDDIES))
    assert text == compile_issue(SERIES, ISSUE, (SILT, EDDIES))
    assert list(flaws(parse(text), (SILT, EDDIES))) == []


def test_a_template_sees_the_fields_of_the_issue() -> None:
    source = "{{ title }}|{{ n }}|{{ count }}|{{ tag_list[0] }}|{{ draft }}|{{ 'a: b'|yaml }}"
    text = render_template(source, "t.md", SERIES, ISSUE, (SILT,))
    assert text == 'River Log ~8|8|1|rivers|True|"a: b"'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("fine\n{% if %}", "t.md, line 2: "),
        ("fine\n\n{{ nothing }}", "t.md, line 3: 'nothing' is undefined"),
        ("{{ ''.__class__.__mro__ }}", "t.md, line 1: access to attribute '__class__'"),
        ("{{ lanes.append(1) }}", "unsafe"),
        ("{% for i in range(10 ** 9) %}{% endfor %}", "Range too big"),
        (
            "a\n{% for i in range(9000) %}\n{% for j in range(9000) %}{% endfor %}{% endfor %}",
            "t.md, line 3: its loops go round more than 100,000 times",
        ),
        (
            "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}\n"
            "{{ m(60) }}",
            "t.md, line 1: its loops go round",
        ),
        ("{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}", "recursion"),
        ("\n{{ 'a' * 10 ** 9 }}", "t.md, line 2: “*” makes something too large"),
        ("{{ 9 ** (9 ** 9) }}", "“**” makes something too large"),
        (
            "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}"
            "{% endfor %}",
            "“~” makes something too large",
        ),
        (
            "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}"
            "{% endfor %}",
            "“+” makes something too large",
        ),
        ("{{ 'a'|center(10 ** 9) }}", "“center” makes something too large"),
        (
            "{% set s = 'a' * 10 ** 6 %}{% for i in range(99) %}{{ s }}{% endfor %}",
            "it writes more than 20,000,000 characters",
        ),
        ("{% include '/etc/passwd' %}", "no loader"),
    ],
)
def test_a_template_that_fails_or_reaches_out_is_told_with_its_line(
    source: str, reason: str
) -> None:
    with pytest.raises(HaulError, match=r"t\.md") as told:
        render_template(source, "t.md", SERIES, ISSUE, (SILT,))
    assert reason in told.value.message


def test_a_template_reckons_and_joins_what_an_issue_needs() -> None:
    source = "{{ 2 ** 3 * 4 + 1 }} {{ 'ab' * 2 ~ 3 ~ [1] }} {{ [1] + [2] }} [{{ 'a'|center(3) }}]"
    text = render_template(source, "t.md", SERIES, ISSUE, (SILT,))
    assert text == "33 abab3[1] [1, 2] [ a ]"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("---\n", "---\nx: [\n"), "front matter cannot be read"),
        (("</blockquote>", ""), "has no </blockquote>"),
        (("<h4>", "<h4>A</h4><h4>"), "2 headings"),
        (("Short.", "Sho"), "cut in a wrong place"),
        (("https://arxiv.org/abs/2501.00001", "https://other.org"), "that the issue does not have"),
    ],
)
def test_what_is_not_read_back_as_the_issue_is_a_flaw(change: tuple[str, str], reason: str) -> None:
    text = compile_issue(SERIES, ISSUE, (SILT,)).replace(*change, 1)
    assert any(reason in flaw for flaw in flaws(parse(text), (SILT,)))


def test_an_abstract_may_be_shortened_but_not_inside_a_word() -> None:
    long = replace(SILT, abstract="Many words about silt and $a + b$ sand")
    text = compile_issue(replace(SERIES, abstract_length=16), ISSUE, (long,))
    assert "Many words…" in text
    assert list(flaws(parse(text), (long,))) == []
    assert list(flaws(parse(text.replace("Many words…", "Many wor…")), (long,))) != []
