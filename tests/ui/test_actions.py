"""The table of actions, and the keys a person may change."""

from __future__ import annotations

from collections import Counter

import pytest

from hauler_tui.ui.actions import ACTIONS, actions_in
from hauler_tui.ui.keymap import Keymap, shown_key


def test_every_id_is_used_once() -> None:
    counts = Counter(action.id for action in ACTIONS)
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_method_is_one_action() -> None:
    assert len({action.method for action in ACTIONS}) == len(ACTIONS)


def test_the_default_keys_do_not_clash() -> None:
    assert Keymap().problems == ()
    for scope in ("incoming", "reading", "drafts"):
        keys = Counter(
            key for action in (*actions_in(scope), *actions_in("anywhere")) for key in action.keys
        )
        assert [key for key, count in keys.items() if count > 1] == []


def test_every_help_is_a_sentence() -> None:
    assert [a.id for a in ACTIONS if not a.help.endswith(".") or not a.help[0].isupper()] == []


def _keys(changes: dict[str, str], identifier: str) -> tuple[str, ...]:
    keymap = Keymap(changes)
    return keymap.keys(next(action for action in ACTIONS if action.id == identifier))


def test_a_key_of_the_configuration_replaces_the_default() -> None:
    assert _keys({"item.star": "Z"}, "item.star") == ("Z",)
    assert _keys({"item.star": "Z, ctrl+s"}, "item.star") == ("Z", "ctrl+s")


def test_a_key_may_be_written_as_it_is_read() -> None:
    assert _keys({"item.star": "?"}, "list.filter") == ("slash",)
    assert _keys({"note.edit": "["}, "note.edit") == ("left_square_bracket",)


def test_an_empty_key_takes_the_key_away() -> None:
    assert _keys({"item.skip": ""}, "item.skip") == ()


def test_an_unknown_id_is_named_with_its_nearest_neighbour() -> None:
    keymap = Keymap({"item.strar": "S"})
    assert keymap.problems == ("[keys] knows no action “item.strar”. Did you mean “item.star”?",)


def test_two_actions_of_one_scope_on_one_key_are_named_and_keep_their_own() -> None:
    keymap = Keymap({"item.star": "x"})
    assert keymap.problems == (
        "[keys] gives “x” to both item.star and item.skip; both keep their own keys.",
    )
    assert _keys({"item.star": "x"}, "item.star") == ("s",)


def test_a_pane_may_not_take_a_key_that_works_anywhere() -> None:
    assert len(Keymap({"item.star": "u"}).problems) == 1


def test_one_key_may_mean_two_things_in_two_panes() -> None:
    assert Keymap({"item.star": "P"}).problems == ()


def test_keys_are_shown_as_they_are_typed() -> None:
    assert [shown_key(key) for key in ("question_mark", "slash", "j")] == ["?", "/", "j"]


@pytest.mark.parametrize("key", ["ctrl+nonsense", "note edit", "strg+x", "f99", "ctrl+"])
def test_a_key_that_no_terminal_sends_is_told(key: str) -> None:
    keymap = Keymap({"note.edit": key})
    assert len(keymap.problems) == 1
    assert "is not a key" in keymap.problems[0]
    assert _keys({"note.edit": key}, "note.edit") == ("e",)


@pytest.mark.parametrize(
    ("key", "name"),
    [("Ctrl+X", "ctrl+x"), ("F5", "f5"), ("é", "é"), ("exclamation_mark", "exclamation_mark")],
)
def test_a_key_is_taken_as_people_write_it(key: str, name: str) -> None:
    assert _keys({"note.edit": key}, "note.edit") == (name,)
