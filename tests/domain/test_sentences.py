from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two is\nlonger! Three?", ("One.", "Two is longer!", "Three?")),
        ("We beat GPT-4 by 3.5 points, e.g. On maths.", None),
        ("See Fig. 3, Smith et al. Then more. End", ("See Fig. 3, Smith et al. Then more.", "End")),
        ("For $x. Y$ holds. Next.", ("For $x. Y$ holds.", "Next.")),
        ('He said "no." Then left.', ('He said "no."', "Then left.")),
        ("First paragraph\n\nsecond one", ("First paragraph", "second one")),
        ("一句。二句。", ("一句。", "二句。")),
        ("", ()),
    ],
)  # fmt: skip
def test_an_abstract_falls_into_its_sentences(text: str, expected: tuple[str, ...] | None) -> None:
    assert sentences(text) == (expected if expected is not None else (text,))


@given(st.text(alphabet="aB. !?$\n。1\"')", max_size=60))
def test_no_word_is_lost_or_changed(text: str) -> None:
    assert "".join(" ".join(sentences(text)).split()) == "".join(text.split())
