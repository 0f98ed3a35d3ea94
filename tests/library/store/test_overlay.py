"""Both tables against stock TinyDB, through reopens, compactions and failures."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tinydb import TinyDB, where
from tinydb.operations import increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.overlay import Overlay
from hauler_tui.library.store.writer import Writer
from tests.library.disks import Disk

NOW = datetime(2026, 11, 22, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("quick_disk")


def strip(document: dict[str, Any]) -> None:
    document.pop("extra", None)


numbers = st.integers(0, 7)
odd_text = st.text(st.characters(), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(odd_text | st.sampled_from(["1", "-0", "007"]), inner, max_size=3)
    ),
    max_leaves=6,
)
documents = st.fixed_dictionaries(
    {"n": numbers, "s": st.sampled_from("abc")},
    optional={
        "extra": values,
        "1": values,
        "text": st.builds(lambda begin, n: f"{begin}{'long ' * 40}{n}", odd_text, numbers),
        "list": st.lists(numbers, max_size=4).map(lambda few: [*range(30), *few, *range(30)]),
    },
)
queries = st.one_of(
    numbers.map(lambda n: where("n") == n),
    numbers.map(lambda n: where("n") > n),
    st.sampled_from("abcz").map(lambda s: where("s") == s),
    numbers.map(lambda n: (where("n") < n) & (where("s") == "a")),
    numbers.map(lambda n: ~((where("n") == n) | where("1").exists())),
    numbers.map(lambda n: where("list").any([n, 31]) | where("text").search(f"{n}$")),
    numbers.map(lambda n: where("list").test(lambda found: len(found) > 60 + n)),
)
changes = st.one_of(documents, st.sampled_from([increment("n"), strip, lambda document: None]))


class AgainstStock(RuleBasedStateMachine):
    """Every call gives the same answer and leaves the same documents as stock TinyDB."""

    ordered: bool

    def open(self) -> TinyDB:
        raise NotImplementedError

    def compact(self) -> None:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="hauler-test-"))
        self.disk = Disk()
        self.writer = Writer(retry_seconds=60)
        self.stock = TinyDB(storage=MemoryStorage)
        self.ours = self.open()
        self.used: set[int] = set()

    def teardown(self) -> None:
        if hasattr(self, "ours"):
            self.disk.write_error = None
            self.ours.close()
            self.writer.close()
            shutil.rmtree(self.directory)

    @property
    def tables(self) -> tuple[Table, Table]:
        return self.ours.table("t"), self.stock.table("t")

    def same(self, one: Any, other: Any) -> None:
        assert shown(one, self.ordered) == shown(other, self.ordered)

    def follow(self, ids: list[int]) -> None:
        """Let the oracle give out the same ids, which were never used before."""
        assert not set(ids) & self.used
        self.used.update(ids)
        if ids:
            self.stock.table("t")._next_id = ids[0]  # type: ignore[assignment]

    @rule(document=documents)
    def insert(self, document: dict[str, Any]) -> None:
        doc_id = self.ours.table("t").insert(document)
        self.follow([doc_id])
        assert self.stock.table("t").insert(document) == doc_id

    @rule(many=st.lists(documents, max_size=4))
    def insert_multiple(self, many: list[dict[str, Any]]) -> None:
        ids = self.ours.table("t").insert_multiple(many)
        self.follow(ids)
        assert self.stock.table("t").insert_multiple(many) == ids

    @rule(document=documents, doc_id=st.integers(1, 12))
    def insert_at(self, document: dict[str, Any], doc_id: int) -> None:
        ours, stock = (
            raised(lambda table=table: table.insert(Document(document, doc_id)))
            for table in self.tables
        )
        self.used.add(doc_id)
        assert ours == stock

    @rule(change=changes, query=queries)
    def update(self, change: Any, query: Any) -> None:
        ours, stock = (table.update(change, query) for table in self.tables)
        self.same(ours, stock)

    @rule(change=documents, ids=st.lists(st.integers(0, 12), max_size=3, unique=True))
    def update_ids(self, change: Any, ids: list[int]) -> None:
        ours, stock = (table.update(change, doc_ids=ids) for table in self.tables)
        self.same(ours, stock)

    @rule(change=documents)
    def update_all(self, change: Any) -> None:
        ours, stock = (table.update(change) for table in self.tables)
        self.same(ours, stock)

    @rule(pairs=st.lists(st.tuples(changes, queries), max_size=3))
    def update_multiple(self, pairs: Any) -> None:
        ours, stock = (table.update_multiple(pairs) for table in self.tables)
        self.same(ours, stock)

    @rule(document=documents, query=queries)
    def upsert(self, document: dict[str, Any], query: Any) -> None:
        ours = self.ours.table("t").upsert(document, query)
        if not self.stock.table("t").contains(query):
            self.follow(ours)
        self.same(ours, self.stock.table("t").upsert(document, query))

    @rule(query=queries)
    def remove(self, query: Any) -> None:
        ours, stock = (table.remove(query) for table in self.tables)
        self.same(ours, stock)

    @rule(ids=st.lists(st.integers(0, 12), max_size=3, unique=True))
    def remove_ids(self, ids: list[int]) -> None:
        ours, stock = (table.remove(doc_ids=ids) for table in self.tables)
        self.same(ours, stock)

    @rule()
    def truncate(self) -> None:
        for table in self.tables:
            table.truncate()

    @rule(query=queries)
    def ask(self, query: Any) -> None:
        ours, stock = self.tables
        self.same(ours.search(query), stock.search(query))
        assert ours.count(query) == stock.count(query)
        assert ours.contains(query) == stock.contains(query)
        if self.ordered:
            self.same(ours.get(query), stock.get(query))

    @rule(doc_id=st.integers(-1, 14), ids=st.lists(st.integers(0, 12), max_size=3))
    def get(self, doc_id: int, ids: list[int]) -> None:
        ours, stock = self.tables
        self.same(ours.get(doc_id=doc_id), stock.get(doc_id=doc_id))
        self.same(ours.get(doc_ids=ids), stock.get(doc_ids=ids))

    @rule(query=queries)
    def change_what_was_returned(self, query: Any) -> None:
        for document in self.ours.table("t").search(query):
            document.clear()

    @precondition(lambda self: self.ordered or self.disk.write_error is None)
    @rule()
    def drop(self) -> None:
        for database in (self.ours, self.stock):
            database.drop_table("t")
        self.used.clear()

    @rule()
    def fail(self) -> None:
        self.disk.write_error = errno.ENOSPC

    @rule()
    def recover(self) -> None:
        self.disk.write_error = None

    @precondition(lambda self: self.disk.write_error is None)
    @rule()
    def reopen(self) -> None:
        self.ours.close()
        self.ours = self.open()

    @precondition(lambda self: self.disk.write_error is None)
    @rule()
    def make_compact(self) -> None:
        self.compact()

    @invariant()
    def documents_are_the_same(self) -> None:
        if hasattr(self, "ours"):
            ours, stock = self.tables
            self.same(ours.all(), stock.all())
            assert len(ours) == len(stock)


class JournalAgainstStock(AgainstStock):
    ordered = True

    def open(self) -> TinyDB:
        return Journal.open(self.directory, writer=self.writer, append_file=self.disk.file)

    def compact(self) -> None:
        assert isinstance(self.ours, Journal)
        self.ours.snapshot(now=NOW)
        with TinyDB(self.directory / "library.json") as plain:
            self.same(plain.table("t").all(), self.stock.table("t").all())

    @rule()
    def begin_snapshot(self) -> None:
        assert isinstance(self.ours, Journal)
        # One that met a full disk says so when the next is begun.
        with suppress(LibraryError):
            self.ours.begin_snapshot(NOW)

    @rule()
    def drop_everything(self) -> None:
        for database in (self.ours, self.stock):
            database.table("t").insert({"n": 0})
            database.drop_tables()
        self.used.clear()

    @precondition(lambda self: "t" in self.ours.tables())
    @rule()
    def write_the_same_again(self) -> None:
        assert isinstance(self.ours, Journal)
        seq = self.ours._seq
        self.ours.table("t").update(lambda document: None)
        self.ours.table("t").update_multiple([(lambda document: None, where("n") >= 0)])
        assert self.ours._seq == seq

    @rule(document=documents, query=queries)
    def failing_step(self, document: dict[str, Any], query: Any) -> None:
        assert isinstance(self.ours, Journal)
        table = self.ours.table("t")
        with suppress(ZeroDivisionError), self.ours.step("try", "it", at=NOW):
            table.insert(document)
            table.remove(query)
            table.update(document)
            self.ours.drop_table("t")
            self.ours.table("t").insert(document)
            raise ZeroDivisionError

    @rule(document=documents, query=queries)
    def undo_and_redo(self, document: dict[str, Any], query: Any) -> None:
        assert isinstance(self.ours, Journal)
        table = self.ours.table("t")
        before = shown(table.all(), self.ordered)
        with self.ours.step("change", "it", at=NOW):
            table.update(document, query)
        after = shown(table.all(), self.ordered)
        if before != after:
            self.ours.undo(NOW)
            assert shown(table.all(), self.ordered) == before
            self.ours.redo(NOW)
        assert shown(table.all(), self.ordered) == after
        self.stock.table("t").update(document, query)

    @invariant()
    def tables_are_the_same(self) -> None:
        if hasattr(self, "ours"):
            assert self.ours.tables() == self.stock.tables()


class LogAgainstStock(AgainstStock):
    ordered = False

    def open(self) -> TinyDB:
        return LogBook.open(self.directory, ("t",), self.writer, append_file=self.disk.file)

    def compact(self) -> None:
        assert isinstance(self.ours, LogBook)
        self.ours.table("t").compact()

    @precondition(lambda self: self.disk.write_error is None)
    @rule()
    def lose_the_side_car(self) -> None:
        self.ours.close()
        (self.directory / "t.offsets").unlink(missing_ok=True)
        self.ours = self.open()


def shown(value: Any, ordered: bool) -> str:
    """The value as JSON, with the ids of documents."""
    if isinstance(value, list):
        parts = [shown(part, ordered) for part in value]
        return json.dumps(parts if ordered else sorted(parts))
    if isinstance(value, Document):
        return json.dumps([value.doc_id, value], sort_keys=not ordered)
    return json.dumps(value)


def raised(call: Any) -> str:
    try:
        return repr(call())
    except ValueError as error:
        return str(error)


limits = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestJournal = JournalAgainstStock.TestCase
TestJournal.settings = limits
TestLog = LogAgainstStock.TestCase
TestLog.settings = limits


def test_only_touched_documents_are_changes_and_only_if_they_differ() -> None:
    overlay = Overlay({1: {"a": 1}, 2: {"a": 2}, 3: {"a": 3}})
    overlay[1]["a"] = 1
    overlay[2]["a"] = True
    overlay[3] = {"a": 4}
    del overlay[3]
    overlay[4] = {"b": (1, 2)}
    assert overlay.changes() == {2: {"a": True}, 3: None, 4: {"b": [1, 2]}}


def test_one_and_true_and_one_point_zero_are_different_documents() -> None:
    overlay = Overlay({1: {"a": 1}, 2: {"a": 1}})
    overlay[1]["a"] = True
    overlay[2]["a"] = 1.0
    assert list(overlay.changes()) == [1, 2]
