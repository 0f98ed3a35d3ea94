"""What hauler writes of clean content is a correct issue: the check finds nothing in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hauler_tui.domain.haul import Haul, Lane, Series
from hauler_tui.haul.check import check_document, check_text
from hauler_tui.haul.compile import compile_document, compile_issue
from hauler_tui.haul.fix import mend
from hauler_tui.haul.known import Known
from hauler_tui.haul.model import CardContent
from hauler_tui.haul.profiles import PROFILES

ALPHABET = "abcXYZ éßΩ漢字αβ 0123456789 -–—,;:.!?'\"“”‘’()[]<>&+=*#/@%^~|°≤×∈"
PLAIN = "abc é 012 ,.!?&()"

lines = st.text(ALPHABET, max_size=300).filter(lambda text: "???" not in text)
titles = lines.filter(lambda text: any(map(str.isalpha, text)))
words = st.text(PLAIN, min_size=1, max_size=60).filter(
    lambda text: "???" not in text and text[:1].isalpha()
)
notes = st.one_of(
    st.just(""),
    words,
    st.lists(words, min_size=2, max_size=3).map("\n\n".join),
    words.map("- {0}\n- [a link](https://example.org/a?id=3)\n- **bold** and `<code>`".format),
    words.map("> {0}\n\n<img src='/a.png'/><br/>\nSee [before](/log-2).".format),
)
links = st.one_of(
    st.integers(1, 99_999).map("https://arxiv.org/abs/2605.{:05}v2".format),
    st.integers(1, 99_999).map("http://arxiv.org/pdf/2605.{:05}".format),
    st.integers(1, 99_999).map("https://www.biorxiv.org/content/10.1101/2024.01.01.{:06}v1".format),
    st.integers(1, 999).map("https://example.org/posts/{}?utm_source=feed".format),
    st.integers(1, 999).map("https://example.org/item?id={}&page=2".format),
)
contents = st.builds(CardContent, link=links, title=titles, abstract=lines, text=notes)
series = st.builds(
    replace,
    st.sampled_from(
        [
            Series(id=1, title="Log ~{n}", slug="log-{n}"),
            Series(id=1, title="A “log”: notes & papers #{n}", slug="log-{n}", tags="bio,x"),
            *(
                replace(Series(id=1, title="Log ~{n}", slug="log-{n}"), **changes)
                for changes in PROFILES.values()
            ),
        ]
    ),
    abstract_length=st.integers(20, 400),
    snippet=st.sampled_from(
        ["{count} new papers", "", "Papers: {count}", "{count} links, 3 notes"]
    ),
)
FIRST = Series(id=1, title="Log ~{n}", slug="log-{n}")


def compiled(
    of: Series, cards: list[CardContent], remark: str
) -> tuple[Haul, tuple[CardContent, ...]]:
    """An issue of the series with a prose lane and the cards, no two of one work."""
    placed = tuple(replace(card, lane="Papers") for card in cards)
    lanes = (Lane(name="Comments / Criticism", text=remark), Lane(name="Papers", holds_cards=True))
    title = of.title.replace("{n}", "3")
    issue = Haul(
        id=1,
        slug="log-3",
        series_id=1,
        number=3,
        title=title,
        state="published",
        published_at=datetime(2026, 5, 4, tzinfo=UTC),
        lanes=lanes,
    )
    return issue, placed


unalike = st.lists(contents, max_size=5, unique_by=lambda card: card.link.split("/")[-1][:10])


@given(series, unalike, notes)
@example(FIRST, [CardContent(link="https://arxiv.org/abs/2605.00001", title="A < B & C")], "")
def test_a_compiled_issue_has_no_finding_but_that_a_note_is_missing(
    of: Series, cards: list[CardContent], remark: str
) -> None:
    issue, placed = compiled(of, cards, remark)
    known = Known(slug="log-3", abstract_length=of.abstract_length, phrase=of.snippet)
    text = compile_issue(of, issue, placed)
    draft = compile_document(of, issue, placed)
    for found in (
        check_text(text, known),
        check_document(draft, replace(known, is_open=True, is_draft=True)),
    ):
        assert {one.code for one in found if one.severity != "info"} <= {"no-note"}
        bare = sum(not card.text.strip() for card in cards)
        assert sum(one.code == "no-note" for one in found) == bare
    assert mend(text, lambda each: check_text(each, known)).text == text


MATHEMATICS = (
    "The entropy $-\\sum p \\log p$ of $$\n\\frac{1}{n}\n$$ and \\\\(\\mathbb{E}\\\\), then"
    "\n\n\\begin{align}\n\\mathrm{d}x\n\\end{align}\n"
)


@pytest.mark.parametrize("key", ["math: true", "mathjax: true", "katex: yes"])
def test_a_page_that_shows_mathematics_may_have_formulas(key: str) -> None:
    post = "---\ntitle: On entropy\n%sdate: 2024-03-04\n---\n\n" + MATHEMATICS
    assert {one.code for one in check_text(post % "")} == {"tex"}
    assert check_text(post % f"{key}\n") == ()
    words = check_text((post % f"{key}\n") + "\nThe \\emph{deep} sea.\n")
    assert [one.code for one in words] == ["tex"]
    off = key.partition(":")[0] + ": false\n"
    assert {one.code for one in check_text(post % off)} == {"tex"}


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("{% highlight python %}", "{% endhighlight %}"),
        ("{%- highlight html linenos -%}", "{%- endhighlight -%}"),
        ("{% codeblock lang:python %}", "{% endcodeblock %}"),
        ('{{< highlight go "linenos=table" >}}', "{{< /highlight >}}"),
    ],
)
def test_code_in_the_tags_of_a_site_program_is_code(begins: str, ends: str) -> None:
    post = "---\ntitle: On tags\ndate: 2024-03-04\n---\n\nWords.\n\n{}\n{}\n{}\n\nMore.\n"
    code = 'print("<b>")  # TODO \\emph{x}'
    assert check_text(post.format(begins, code, ends)) == ()
    assert len(check_text(post.format(begins, code, ends) + "\n<b>\n")) == 1
    assert len(check_text(post.format(begins, code, ""))) == 3


@pytest.mark.parametrize("title", ["What does `XXX` mean?", "`TODO`", "At Super Bowl XXX"])
def test_a_title_about_code_or_a_super_bowl_holds_no_placeholder(title: str) -> None:
    assert check_text(f"---\ntitle: {title!r}\ndate: 2024-03-04\n---\n\nWords.\n") == ()
    left_in = f"---\ntitle: {title + ' and XXX too'!r}\ndate: 2024-03-04\n---\n\nWords.\n"
    assert [one.code for one in check_text(left_in)] == ["placeholder"]
