"""Lists of authors in one string."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources.authors import (
    all_given_first,
    names_of,
    split_any,
    split_arxiv,
    split_outside_parentheses,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada One, Bo Two", ("Ada One", "Bo Two")),
        ("Ada One (Inst, City (North)), Bo Two", ("Ada One (Inst, City (North))", "Bo Two")),
        ("Bo Two, Bo Two", ("Bo Two", "Bo Two")),
        ("A One (1), B Two (1 and 2) ((1) Here, (2) There)", ("A One", "B Two")),
        ("X Collaboration: A One, B Two", ("X Collaboration", "A One", "B Two")),
        ("Unclosed (paren, A", ("Unclosed (paren, A",)),
        ("", ()),
    ],
)
def test_arxivs_creator_is_split_at_commas_outside_parentheses(
    text: str, names: tuple[str, ...]
) -> None:
    assert split_arxiv(text) == names


@pytest.mark.parametrize(
    ("given_names", "names"),
    [
        (["Ada One", "Bo Two", "Ada One"], ("Ada One", "Bo Two")),
        (["Kukla, D., O'Ex, R. J., Plant, P.-L."], ("D. Kukla", "R. J. O'Ex", "P.-L. Plant")),
        (["Brandão S, Saeedi H, et al."], ("Brandão S", "Saeedi H", "et al.")),
        (["Ada One, Bo Two and Cee Three"], ("Ada One", "Bo Two", "Cee Three")),
        (["One, Ada; Two, Bo"], ("One, Ada", "Two, Bo")),
        (["Inoda, Toshio"], ("Inoda, Toshio",)),
        (["Ada\n One,\n Bo Two"], ("Ada One", "Bo Two")),
        ([], ()),
        ([""], ()),
    ],
)  # fmt: skip
def test_other_lists_are_split_by_the_fashion_they_are_in(
    given_names: list[str], names: tuple[str, ...]
) -> None:
    assert split_any(given_names) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nicole H and Fr V", ["Nicole H", "Fr V"]),
        ("Jürgen de la Vega and Tom O’Hara-Li", ["Jürgen de la Vega", "Tom O’Hara-Li"]),
        ("J. Doe & K. Roe", ["J. Doe", "K. Roe"]),
        ("Doe, Jane and Roe, Kim", ["Jane Doe", "Kim Roe"]),
        ("van Doe, Jane and Roe, Kim L. and Poe, E.", ["Jane van Doe", "Kim L. Roe", "E. Poe"]),
        ("李明, 王芳", ["李明", "王芳"]),
        ("李明、王小芳", ["李明", "王小芳"]),
        ("John Smith, Yunianta, Kim Lee", ["John Smith", "Yunianta", "Kim Lee"]),
        ("Doe, J., Roe, K. L., & Poe, E. A.", ["J. Doe", "K. L. Roe", "E. A. Poe"]),
        ("Doe, J. and Roe, K.", ["J. Doe", "K. Roe"]),
        ("Doe, J., Jr., Roe, K.", ["J. Doe, Jr.", "K. Roe"]),
        ("Zhang, a., jiang, x.", ["a. Zhang", "x. jiang"]),
        ("A. B. (Inst, City), C. D.", ["A. B. (Inst, City)", "C. D."]),
        ("Nardi K, Campbell L, Oriani A. ", ["Nardi K", "Campbell L", "Oriani A"]),
        ("Foo B., Oriani A.", ["Foo B.", "Oriani A."]),
        ("Ada One, Bo Two & Cee Three", ["Ada One", "Bo Two", "Cee Three"]),
        ("Ada One, Bo Two, & Cee Three", ["Ada One", "Bo Two", "Cee Three"]),
        ("Ada One, Ernst & Young", ["Ada One", "Ernst & Young"]),
    ],
)
def test_lists_in_a_sure_fashion_are_split(text: str, names: list[str]) -> None:
    assert split_any([text]) == tuple(names)


@pytest.mark.parametrize(
    "text",
    [
        "Smith, John, Jr.",
        "Games and Economic Behavior",
        "Humanities and Social Sciences Communications",
        "Information & Management",
        "Pjotr Sauer and Andrew Roth in Moscow",
        "Dan Sabbagh Defence and security editor",
        "Smith and Jones",
        "Scappaticci, Elena, Sasportas, Valérie",
        "de Rochebouët, Béatrice, Sasportas, Valérie",
        "Garcia Lopez, Ana, Roe, Kim",
        "Doe, Jane and Roe, Inc.",
        "夏目, 漱石",
        "李, 明",
        "Black Press and White House",
    ],
)
def test_a_string_in_no_sure_fashion_stays_whole(text: str) -> None:
    assert split_any([text]) == (text,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jiayu (Jerry),  Liu", ["Jiayu (Jerry) Liu"]),
        (
            "Chung-En (Johnny),  Yu (Neil),  Hsuan-Chih (Neil),  Chen, Bo Two",
            ["Chung-En (Johnny) Yu (Neil)", "Hsuan-Chih (Neil) Chen", "Bo Two"],
        ),
        ("Ada One (Inst),  Bo Two", ["Ada One (Inst)", "Bo Two"]),
        ("Ada One (Inst), Bo", ["Ada One (Inst)", "Bo"]),
    ],
)
def test_a_nickname_that_arxiv_puts_between_two_commas_stays_with_its_name(
    text: str, names: list[str]
) -> None:
    assert split_arxiv(text) == tuple(names)


@pytest.mark.parametrize(
    ("author", "email", "name"),
    [
        ("jane@blog.technology (Jane Writer)", "jane@blog.tech", "Jane Writer"),
        ("Jane Writer <jane@blog.example>", "jane@blog.exam", "Jane Writer"),
        ("jane@blog.example", "jane@blog.exam", "jane@blog.example"),
    ],
)
def test_a_name_is_found_beside_an_email_address(author: str, email: str, name: str) -> None:
    raw = {"author": author, "authors": [{"name": "torn", "email": email}]}
    assert names_of(raw) == [name]


@given(st.text(alphabet="ab,() ", max_size=60))
def test_splitting_loses_nothing(text: str) -> None:
    assert ",".join(split_outside_parentheses(text, ",")) == text


def test_names_come_out_in_unicode_whatever_they_came_in() -> None:
    assert split_arxiv(r"Paulo Andr\'e Lima, Leon G\"otz") == ("Paulo André Lima", "Leon Götz")
    assert split_any(["Dirk W\xc3\xbcbben", "Aurora Ram\xc3\xadrez"]) == (
        "Dirk Wübben",
        "Aurora Ramírez",
    )


@pytest.mark.parametrize(
    ("names", "turned"),
    [
        (("Inoda, Toshio", "de la Cruz, Juan"), ("Toshio Inoda", "Juan de la Cruz")),
        (("Inoda, Toshio", "ATLAS"), ("Inoda, Toshio", "ATLAS")),
        (("King, Jr.",), ("King, Jr.",)),
        (("A, B, C",), ("A, B, C",)),
        ((), ()),
    ],
)
def test_only_lists_that_are_all_family_first_are_turned(
    names: tuple[str, ...], turned: tuple[str, ...]
) -> None:
    assert all_given_first(names) == turned


def test_two_people_whom_a_podcast_names_twice_in_one_string_are_two() -> None:
    assert split_any(["Ada One, Bo Two"] * 2) == ("Ada One", "Bo Two")
