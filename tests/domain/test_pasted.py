"""Links are found in any text that people paste, in order, each work once."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.identity import aliases, resolve
from hauler_tui.domain.pasted import find_links, named_links
from tests.domain.test_identifiers import NEW_IDS, OLD_IDS


def test_links_are_found_in_any_text_in_order_and_once() -> None:
    text = """
    See [a paper](https://arxiv.org/abs/2406.13121), again arXiv:2406.13121v2 and
    <https://example.org/a_(b)> (https://example.org/c). Bare: 2406.05540, math/0309136;
    doi:10.1101/857789v1. Also www.arxiv.org/pdf/2406.07887 and "https://example.org/d".
    [https://example.org/e](https://example.org/e) **https://example.org/f**
    """
    assert find_links(text) == (
        "https://arxiv.org/abs/2406.13121",
        "https://example.org/a_(b)",
        "https://example.org/c",
        "https://arxiv.org/abs/2406.05540",
        "https://arxiv.org/abs/math/0309136",
        "https://doi.org/10.1101/857789",
        "https://www.arxiv.org/pdf/2406.07887",
        "https://example.org/d",
        "https://example.org/e",
        "https://example.org/f",
    )


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "see www.biorxiv.org/content/10.1101/2024.06.06.597717v2, please",
            ["https://www.biorxiv.org/content/10.1101/2024.06.06.597717v2"],
        ),
        ("x.com/someone/status/99", ["https://x.com/someone/status/99"]),
        ("(github.com/foo/bar).", ["https://github.com/foo/bar"]),
        ("www.example.org/a b", ["https://www.example.org/a"]),
        (
            "PMC7095065; PMID: 32015507",
            [
                "https://pmc.ncbi.nlm.nih.gov/articles/PMC7095065/",
                "https://pubmed.ncbi.nlm.nih.gov/32015507/",
            ],
        ),
        (
            "doi:10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2.",
            [
                "https://doi.org/10.1002/(sici)1097-0258(19980815)17:15%3C1661::aid-sim968%3E3.0.co;2-2"
            ],
        ),
        (
            "https://www.google.com/url?q=https://arxiv.org/abs/2301.00011&sa=D&usg=AOv",
            ["https://arxiv.org/abs/2301.00011"],
        ),
        (
            "https://scholar.google.de/scholar_url?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&hl=de",
            ["https://example.org/a?b=1"],
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", None),
        (r"\href{https://example.org/tex\_b}{b}", ["https://example.org/tex_b"]),
        ("https://arxiv.org/abs/2301.00025\u200b", ["https://arxiv.org/abs/2301.00025"]),
        (
            "https://arxiv.org/abs/2301.00013https://arxiv.org/abs/2301.00014,https://a.org/b",
            [
                "https://arxiv.org/abs/2301.00013",
                "https://arxiv.org/abs/2301.00014",
                "https://a.org/b",
            ],
        ),
        ("https://web.archive.org/web/2020/https://a.org/b", None),
        (r'{"url":"https:\/\/arxiv.org\/abs\/2301.00020"}', ["https://arxiv.org/abs/2301.00020"]),
        ("2301.00028v2.pdf", ["https://arxiv.org/abs/2301.00028v2"]),
        ("https://arxiv.org/abs/2301.00024%20", ["https://arxiv.org/abs/2301.00024"]),
        (
            "[1](https://a.org/b)[2](https://a.org/c)和[3](https://a.org/d_(e))、",
            ["https://a.org/b", "https://a.org/c", "https://a.org/d_(e)"],
        ),
        (
            "[[https://a.org/b][Title]] https://a.org/c[text]",
            ["https://a.org/b", "https://a.org/c"],
        ),
        (
            "&lt;https://a.org/five&gt; &amp;quot;x.com/a&amp;quot;",
            ["https://a.org/five", "https://x.com/a"],
        ),
        ("<https://a.org/b|label> {https://a.org/c}and", ["https://a.org/b", "https://a.org/c"]),
        (r"https://a.org/b\nhttps://a.org/c\ ", ["https://a.org/b", "https://a.org/c"]),
        (r'"https://a.org/?b=1\u0026c=2\"', ["https://a.org/?b=1&c=2"]),
        (
            "https://a.org/b’s，《https://a.org/c》【https://a.org/d】→https://a.org/e→f",
            ["https://a.org/b", "https://a.org/c", "https://a.org/d", "https://a.org/e"],
        ),
        ("https://a.org/?b[0]=1&c[d][e]=2", None),
        ("https://doi.org/10.1890/0012-9658(2006)87[1465:ATTMLA]2.0.CO;2", None),
        ("cn.arxiv.org/abs/2401.00024", ["https://cn.arxiv.org/abs/2401.00024"]),
        ("https://arxiv.org/abs/2401.000491", None),
        ("me@x.com/foo, netflix.com/foo and ax.github.company/b", []),
    ],
)
def test_links_are_found_in_every_form_people_paste(text: str, links: list[str] | None) -> None:
    assert list(find_links(text)) == ([text] if links is None else links)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[Deep learning for X](https://a.org/x)", "Deep learning for X"),
        ("- [**Deep** _learning_\n \\[X\\] [v2]](<https://a.org/x> 'y')", "Deep learning [X] [v2]"),
        ("[[https://a.org/x][Deep learning]]", "Deep learning"),
        ("https://a.org/x[Deep learning]", "Deep learning"),
        ("<https://a.org/x|Deep learning>", "Deep learning"),
        ("<a class=b href='https://a.org/x' id=c><b>Deep &amp; wide</b></a>", "Deep & wide"),
        ('&lt;a href="https://a.org/x"&gt;Deep learning&lt;/a&gt;', "Deep learning"),
        ('<a href="https://a.org/x">Attention <i>Is</i> All</a>', "Attention Is All"),
        ("<a href=https://a.org/x>H<sub>2</sub>O<br/>splitting, p < 2</a>", "H2O splitting, p < 2"),
        ("<a href='https://a.org/x'><div><h3>Deep\n<b>it</b></h3><p>Teaser</p></a>", "Deep it"),
        ("https://a.org/x and [Deep learning](https://a.org/x)", "Deep learning"),
        ("[Deep learning](https://a.org/x) and [Shallow](https://a.org/x)", "Deep learning"),
        ("[1](https://a.org/x) [PDF](https://a.org/x) [here.](https://a.org/x)", ""),
        ("[https://a.org/x](https://a.org/x) [2401.00001](https://a.org/x)", ""),
        ("<a href='https://a.org/x'>x</a>", ""),
        ("A title (https://a.org/x)", ""),
        ("https://a.org/x", ""),
    ],
)  # fmt: skip
def test_the_words_that_a_text_links_by_are_the_title(text: str, title: str) -> None:
    (found,) = named_links(text)[:1]
    assert (found.link, found.title) == ("https://a.org/x", title)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "costs $1234.56789 or 1,234.56789",
        "version 10.1 of 2024",
        "2406.13121%",
        "-2406.13121",
        "x2406.13121",
        "2413.13121",
        "javascript:alert(1) file:///etc/passwd mailto:a@b.c",
        "and/or 24/7 1/1234567",
        "https://",
    ],
)
def test_numbers_and_other_schemes_are_no_links(text: str) -> None:
    assert find_links(text) == ()


@pytest.mark.parametrize(
    "form",
    ["https://onlinelibrary.wiley.com/doi/{}", "doi:{}", "{}", "<a href='https://doi.org/{}'>x</a>",
     "[x](https://doi.org/{})", "&lt;https://doi.org/{}&gt;"],
)  # fmt: skip
def test_dois_with_angle_brackets_are_whole(form: str) -> None:
    names = [
        "10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9",
        "10.1002/(SICI)1097-4571(199009)41:6<400::AID-ASI2>3.0.CO;2-W",
        "10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2",
    ]
    found = find_links("\n".join(form.format(name) for name in names))
    assert [aliases(link=link) for link in found] == [(f"doi:{name.lower()}",) for name in names]
    escaped = html.escape("\n".join(form.format(name) for name in names))
    assert find_links(escaped) == found


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://urldefense.com/v3/__https://arxiv.org/abs/2401.00033__;!!abc$", ["https://arxiv.org/abs/2401.00033"]),
        ("(https://urldefense.com/v3/__https://a.org/b*c?d=1**Ae__;I8Ojw6Q!!Org!To-k_n$), x",
         ["https://a.org/b#c?d=1ãäe"]),
        ("https://urldefense.com/v3/__https://a.org/b*c__;!!Org$", ["https://a.org/b*c"]),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__a.org_b-2Dc_-3Fd-3D1-26e-3D2&d=Dw&c=x",
         ["https://a.org/b-c/?d=1&e=2"]),
        ("https://urldefense.proofpoint.com/v1/url?u=http%3A%2F%2Fa.org%2Fb&k=x", ["http://a.org/b"]),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.org%2fb&c=E", ["https://a.org/b"]),
        ("<https://a.org/very/long/path/\nthat/continues>", ["https://a.org/very/long/path/that/continues"]),
        ("> <https://arxiv.org/abs/\r\n> 2401.00004>", ["https://arxiv.org/abs/2401.00004"]),
        ("<https://a.org/b/\nhttps://a.org/c>", ["https://a.org/b/", "https://a.org/c"]),
        ("<https://a.org/b\nand more words>", ["https://a.org/b"]),
        ("https://a.org/b\nand", ["https://a.org/b"]),
        ("2401.\u200b00015 https://\u00adarxiv.org/\u200babs/\u200b2401\u2060.00016",
         ["https://arxiv.org/abs/2401.00015", "https://arxiv.org/abs/2401.00016"]),
        ("2401.00015\u200b2401.00016", ["https://arxiv.org/abs/2401.00015", "https://arxiv.org/abs/2401.00016"]),
    ],
)  # fmt: skip
def test_what_mails_and_pages_do_to_addresses_is_undone(text: str, links: list[str]) -> None:
    assert list(find_links(text)) == links


def test_a_list_of_ids_one_a_line_is_all_found() -> None:
    ids = [f"2406.{number:05}" for number in range(1, 301)]
    assert find_links("\n".join(ids)) == tuple(f"https://arxiv.org/abs/{each}" for each in ids)


WRAPPINGS = [
    "{link}",
    "<{link}>",
    '"{link}"',
    "“{link}”",
    "‘{link}’s ",
    "({link})",
    "[1]({link})",
    '[a paper]({link} "Title")',
    "![]({link})",
    "[[{link}][Title]]",
    "[[{link}]]",
    "{link}[link text]",
    "link:{link}[]",
    "[{link} Title]",
    "<{link}|Title>",
    "<a href='{link}'>x</a>",
    '<a href="{link}">x</a>',
    html.escape('<a href="{link}">x</a>'),
    html.escape(html.escape("<{link}>")),
    "&lt;{link}&gt;",
    "`{link}`",
    "**{link}**",
    "_{link}_",
    "\\url{{{link}}}",
    "\\href{{{link}}}{{a paper}}",
    '{{"url": "{link}"}}',
    '{{\\"url\\": \\"{link}\\"}}',
    "《{link}》",
    "【{link}】",
    "「{link}」",
    "（{link}）。",
    "{link}，",
    "{link}\\n",
    "{link}\\r\\n",
    "{link}\\",
    "{link}→next",
    "{link}论文",
    "{link}).",
]
PAPER_LINKS = st.builds(
    "{}{}".format,
    st.sampled_from(
        [
            "https://arxiv.org/abs/",
            "http://www.arxiv.org/pdf/",
            "https://export.arxiv.org/html/",
            "https://alphaxiv.org/overview/",
            "https://ar5iv.labs.arxiv.org/html/",
            "https://huggingface.co/papers/",
            "https://doi.org/10.48550/arXiv.",
        ]
    ),
    NEW_IDS | OLD_IDS,
)


@given(
    st.lists(
        st.tuples(PAPER_LINKS, st.sampled_from(["", "v1", "v12"]), st.sampled_from(WRAPPINGS)),
        max_size=8,
        unique_by=lambda paper: aliases(link=paper[0]),
    ),
    st.sampled_from(["", "", " ", "\n", ",", ";", "、", "\\n", "\u200b"]),
)
@settings(max_examples=500)
def test_papers_in_any_wrapping_are_exactly_those_papers(
    papers: list[tuple[str, str, str]], between: str
) -> None:
    text = between.join(wrapping.format(link=link + version) for link, version, wrapping in papers)
    found = [aliases(link=link) for link in find_links(text)]
    assert found == [aliases(link=link) for link, _, _ in papers]


@given(st.text(max_size=80) | st.text(st.sampled_from("https:/.wa10[]()<>v \n"), max_size=80))
def test_links_found_are_links_that_resolve(text: str) -> None:
    for link in find_links(text):
        assert resolve(link)


@pytest.mark.parametrize(
    "hostile",
    ["https://a" + ")" * 100_000, "a" * 200_000, "arxiv:" * 30_000, "10.1234/" * 20_000,
     "[](" * 50_000, "https://a" + "~" * 3_900 + "b", "&amp;" * 50_000, "https://a[b" * 20_000,
     "https://arxiv.org/abs/2401.0000" * 9_000, "1234.12345" * 20_000, "a-" * 100_000,
     "https://a](" * 20_000, "https://a/10.1234/a<a>" * 9_000, "[a](https://a " * 20_000,
     "[[[[[[[[[](https://a " * 9_000, "https://urldefense.com/v3/__" * 9_000,
     "<https://a\n" * 20_000],
    ids=range(17),
)  # fmt: skip
def test_hostile_text_is_searched_in_no_time(hostile: str) -> None:
    begun = time.process_time()
    find_links(hostile)
    assert time.process_time() - begun < 3


def test_the_pictures_of_a_text_are_none_of_its_links() -> None:
    text = """[![Build](https://img.example/b.svg)](https://ci.example/x)
![fig](https://a.example/f.png) shows https://b.example/paper!
<a href="https://d.example/"><img width="3" src='https://c.example/i.jpg'></a>
https://e.example/![x](<https://f.example/y.png>)"""
    assert find_links(text) == (
        "https://ci.example/x",
        "https://b.example/paper",
        "https://d.example/",
        "https://e.example/",
    )
