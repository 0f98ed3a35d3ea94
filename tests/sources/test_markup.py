"""HTML of feeds as text and Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources import markup

BASE = "https://blog.example/feed"


def body(raw: str) -> str:
    return markup.body_text(raw, is_html=True, base=BASE)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("AT&amp;T &lt;3 &#8217;", "AT&T <3 ’"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        (r"$g=<R_g \cup C_g>$", r"$g=<R_g \cup C_g>$"),
        (r"<p>$a<b$ and $*x_1*$</p>", r"$a<b$ and $*x_1*$"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<h2>Head</h2><ul><li>a</li><li>b</li></ul>", "## Head\n\n- a\n- b"),
        ("<a href='/x'>here</a>", "[here](https://blog.example/x)"),
        ("<a href='https://a.example/'>https://a.example/</a>", "<https://a.example/>"),
        ("<a href='javascript:alert(1)'>here</a>", "here"),
        ("<a href=' file:///etc/passwd'>here</a>", "here"),
        ("<a href='https://a.example/)[x](y'>here</a>", "here"),
        ("<b>x</b><script>alert(1)</script><style>p{}</style>", "**x**"),
        ("<p>x<img src=y alt='A leaf'></p>", "xA leaf"),
        ("<table><tr><td>one</td><td>two</td></tr></table>", "one\n\ntwo"),
        (
            "<table><tr><th>a|b</th><th>c</th></tr><tr><td>2 | 3</td><td>4</td></tr></table>",
            "| a\\|b | c |\n| --- | --- |\n| 2 \\| 3 | 4 |",
        ),
        ("<img alt='A leaf'><a href='/x'>on</a>", "A leaf [on](https://blog.example/x)"),
        ("<a href='/x'>on</a><img alt='A leaf'>", "[on](https://blog.example/x) A leaf"),
        ("one<blockquote>two</blockquote>three", "one\n\n> two\n\nthree"),
        ("<ul><li>one<blockquote>two</blockquote></li></ul>", "- one\n  > two"),
    ],
)
def test_a_body_becomes_markdown_that_leads_nowhere_but_the_web(raw: str, text: str) -> None:
    assert body(raw) == text


def test_plain_bodies_stay_as_they_are() -> None:
    raw = "a <b>c</b> &amp; d"
    assert markup.body_text(raw, is_html=False, base=BASE) == raw


def test_titles_lose_tags_and_entities_but_not_maths() -> None:
    raw = "<i>E. coli</i> &amp; $x<y$ <script>z</script>"
    assert markup.title_text(raw, is_html=True) == "E. coli & $x<y$ "
    assert markup.title_text(raw, is_html=False) == raw


@pytest.mark.parametrize("tag", ["b", "div", "blockquote", "ul><li", "p"])
def test_bodies_nested_beyond_reason_are_read_without_structure(tag: str) -> None:
    assert "deep" in body(f"<{tag}>" * 5_000 + "deep")


def test_a_huge_body_is_cut() -> None:
    assert len(body("<p>" + "x " * 5_000_000)) <= markup.LONGEST


@given(st.text(alphabet="<>/!-&;#\"'= abpdivhref[]()\n\x00\u202e", max_size=300))
def test_no_markup_makes_the_conversion_raise(raw: str) -> None:
    body(raw)
    markup.title_text(raw, is_html=True)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>10<sup>-3</sup> m<sup>2</sup></p>", "10⁻³ m²"),
        ("<p>10<jats:sup>&minus;3</jats:sup> Na<sup>+</sup></p>", "10⁻³ Na⁺"),
        ("<p>CO<sub>2</sub>, the 5<sup>th</sup>, <sup>13</sup>C</p>", "CO2, the 5th, 13C"),
        ("<p><jats:italic>E. coli</jats:italic></p>", "*E. coli*"),
        ('<p>Let <math alttext="a_{i}&lt;b"><mi>a</mi></math> be</p>', "Let $a_{i}<b$ be"),
        (
            '<p>Let <span class="katex"><span class="katex-mathml"><math><semantics><mrow>'
            '<mi>x</mi></mrow><annotation encoding="application/x-tex">x^2</annotation>'
            "</semantics></math></span>"
            '<span class="katex-html" aria-hidden="true">x2</span></span> be</p>',
            "Let $x^2$ be",
        ),
        ("<p>Let <math><mi>x</mi></math> be</p>", "Let x be"),
        ("<details><summary>More</summary>Text</details>", "More\n\nText"),
    ],
)
def test_formulas_and_powers_keep_their_meaning(html: str, text: str) -> None:
    assert markup.body_text(html, is_html=True, base="") == text


def test_a_title_keeps_its_powers() -> None:
    assert markup.title_text("At 10<sup>-3</sup> K", is_html=True) == "At 10⁻³ K"
