from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.patches import applied, difference
from hauler_tui.library.store.writer import Writer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
LONG = "a long text that does not change " * 8


pytestmark = pytest.mark.usefixtures("quick_disk")


def write(journal: Journal, text: str, *, burst: str | None = None, at: datetime = NOW) -> None:
    with journal.step("note", text, at=at, burst=burst):
        journal.table("notes").put(1, {"text": text})


def text(journal: Journal) -> str | None:
    note = journal.table("notes").rows().get(1)
    return None if note is None else note["text"]


def test_undo_and_redo_go_through_the_steps_in_order(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        for word in ("a", "b", "c"):
            write(journal, word)
        undone = [journal.undo(NOW) for _ in range(4)]
        assert [step and (step.about, step.is_undone) for step in undone] == [
            ("c", True),
            ("b", True),
            ("a", True),
            None,
        ]
        assert text(journal) is None
        redone = [journal.redo(NOW) for _ in range(4)]
        assert [step and (step.about, step.is_undone) for step in redone] == [
            ("a", False),
            ("b", False),
            ("c", False),
            None,
        ]
        assert text(journal) == "c"


def test_a_burst_is_one_step_and_stores_what_was_before_it_once(
    tmp_path: Path, writer: Writer
) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        write(journal, "before " * 500)
        size = journal.size
        for word in ("h", "he", "hey"):
            write(journal, word, burst="typing")
        assert journal.size - size < 5000
        assert [step.about[:3] for step in journal.history()] == ["hey", "bef"]
        journal.snapshot()
        assert (tmp_path / "history.log").read_bytes().count(b"\nP ") == 2
        journal.undo(NOW)
        assert text(journal) == "before " * 500
        journal.redo(NOW)
        assert text(journal) == "hey"


def test_a_burst_goes_as_one_step_across_a_snapshot(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        write(journal, "first")
        for word in ("h", "he"):
            write(journal, word, burst="typing")
        journal.snapshot()
        write(journal, "hey", burst="typing")
        assert len(journal.history()) == 2
        journal.undo(NOW)
        assert text(journal) == "first"
        journal.snapshot()
        journal.redo(NOW)
        assert text(journal) == "hey"


def test_a_new_step_ends_what_could_be_redone(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        write(journal, "a")
        write(journal, "b")
        journal.undo(NOW)
        write(journal, "c")
        assert journal.redo(NOW) is None
        assert [step.about for step in journal.history()] == ["c", "a"]


def test_changes_that_are_not_undoable_stay_when_a_step_is_undone(
    tmp_path: Path, writer: Writer
) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        table = journal.table("feeds")
        table.put(1, {"title": "old", "etag": "1"})
        with journal.step("edit", "feed 1", at=NOW):
            table.update({"title": "new"}, doc_ids=[1])
        with journal.step("refresh", "", at=NOW, undoable=False):
            table.update({"etag": "2"}, doc_ids=[1])
        assert len(journal.history()) == 1
        journal.undo(NOW)
        assert table.rows()[1] == {"title": "old", "etag": "2"}
        journal.redo(NOW)
        assert table.rows()[1] == {"title": "new", "etag": "2"}


@pytest.mark.parametrize(
    ("current", "after", "before", "expected"),
    [
        ({"a": 2}, {"a": 2}, {"a": 1}, {"a": 1}),
        ({"a": 2, "x": 1}, {"a": 2}, {"a": 1}, {"a": 1, "x": 1}),
        ({"a": 2, "b": 2}, {"a": 2, "b": 1}, {"a": 1, "b": 1}, {"a": 1, "b": 2}),
        ({"a": 2, "n": 1, "x": 1}, {"a": 2, "n": 1}, {"a": 2}, {"a": 2, "x": 1}),
        ({"a": 2}, {"a": 2}, None, None),
        (None, None, {"a": 1}, {"a": 1}),
        (None, {"a": 2}, {"a": 1}, None),
    ],
)
def test_a_change_is_taken_back_field_by_field(
    current: Any, after: Any, before: Any, expected: Any
) -> None:
    assert applied(current, difference(after, before)) == expected


def test_a_dropped_table_comes_back(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        write(journal, "a")
        with journal.step("remove", "all notes", at=NOW):
            journal.drop_table("notes")
        assert journal.tables() == set()
        journal.undo(NOW)
        assert text(journal) == "a"


def test_undo_is_no_part_of_a_step(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        write(journal, "a")
        for call in (journal.undo, journal.redo, lambda at: journal.snapshot()):
            with pytest.raises(RuntimeError), journal.step("x", "y", at=NOW):
                call(NOW)


def test_history_is_limited_by_age_and_by_size(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        for day in range(10):
            write(journal, f"{day}" * 100, at=NOW + day * DAY)
        journal.snapshot(now=NOW + 10 * DAY, max_age=6 * DAY)
        assert [step.about[0] for step in journal.history()] == list("987654")
        journal.snapshot(now=NOW + 10 * DAY, max_bytes=1700)
        kept = [step.about[0] for step in journal.history()]
        assert kept == list("9876543210")[: len(kept)]
        assert 1 <= len(kept) <= 3
        while journal.undo(NOW):
            pass
        assert text(journal) == f"{9 - len(kept)}" * 100


def test_the_newest_steps_come_first_up_to_the_limit(tmp_path: Path, writer: Writer) -> None:
    with Journal.open(tmp_path, writer=writer) as journal:
        for word in "abcd":
            write(journal, word)
        journal.undo(NOW)
        assert [(step.about, step.is_undone) for step in journal.history(3)] == [
            ("d", True),
            ("c", False),
            ("b", False),
        ]
        assert journal.history(0) == ()


class UndoAgainstStacks(RuleBasedStateMachine):
    """Undo and redo equal two plain stacks, through reopens and snapshots."""

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="hauler-test-"))
        self.writer = Writer(retry_seconds=60)
        self.journal = Journal.open(self.directory, writer=self.writer)
        self.state: dict[int, int] = {}
        self.undo_stack: list[tuple[str | None, dict[int, int]]] = []
        self.redo_stack: list[tuple[str | None, dict[int, int]]] = []

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.close()
            self.writer.close()
            shutil.rmtree(self.directory)

    @rule(
        changes=st.dictionaries(st.integers(1, 4), st.none() | st.integers(0, 9), max_size=3),
        burst=st.sampled_from([None, None, "x", "y"]),
    )
    def step(self, changes: dict[int, int | None], burst: str | None) -> None:
        table = self.journal.table("t")
        state = dict(self.state)
        with self.journal.step("set", str(changes), at=NOW, burst=burst):
            for doc_id, number in changes.items():
                if number is None:
                    table.drop(doc_id)
                    state.pop(doc_id, None)
                else:
                    table.put(doc_id, {"n": number, "text": f"{LONG}{number}{LONG}"})
                    state[doc_id] = number
        if state == self.state:
            return
        if not (burst and self.undo_stack and self.undo_stack[-1][0] == burst):
            self.undo_stack.append((burst, self.state))
        self.redo_stack.clear()
        self.state = state

    @rule()
    def undo(self) -> None:
        step = self.journal.undo(NOW)
        assert (step is None) == (not self.undo_stack)
        if self.undo_stack:
            burst, before = self.undo_stack.pop()
            self.redo_stack.append((burst, self.state))
            self.state = before

    @rule()
    def redo(self) -> None:
        step = self.journal.redo(NOW)
        assert (step is None) == (not self.redo_stack)
        if self.redo_stack:
            burst, after = self.redo_stack.pop()
            self.undo_stack.append((burst, self.state))
            self.state = after

    @rule(after_a_crash=st.booleans())
    def reopen(self, after_a_crash: bool) -> None:
        if after_a_crash:
            # A crash would end the thread as well; here it has to end before the files are read.
            self.journal._writing().end()
            self.writer.flush()
            left = self.journal
        else:
            self.journal.close()
            left = None
        self.journal = Journal.open(self.directory, writer=self.writer)
        assert self.journal.rescued == ()
        if left is not None:
            left.close()

    @rule()
    def snapshot(self) -> None:
        self.journal.snapshot(now=NOW)

    @rule()
    def begin_snapshot(self) -> None:
        self.journal.begin_snapshot(NOW)

    @invariant()
    def state_and_history_are_the_same(self) -> None:
        if hasattr(self, "journal"):
            rows = self.journal.table("t").rows()
            assert {doc_id: row["n"] for doc_id, row in rows.items()} == self.state
            for row in rows.values():
                assert row["text"] == f"{LONG}{row['n']}{LONG}"
            shown = [step.is_undone for step in self.journal.history()]
            assert shown == [True] * len(self.redo_stack) + [False] * len(self.undo_stack)


TestUndo = UndoAgainstStacks.TestCase
TestUndo.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
