"""A mask behaves as the set of its ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.library.search.masks import BITS_EXPANDED, NOTHING, Mask

BELOW = 300
IDS = st.frozensets(st.integers(0, BELOW - 1))


@given(IDS, IDS)
def test_a_mask_is_a_set_of_ids(some: frozenset[int], others: frozenset[int]) -> None:
    one, other = Mask.of(some, below=BELOW), Mask.of(others, below=BELOW)
    for made, expected in (
        (one & other, some & others),
        (one | other, some | others),
        (one - other, some - others),
    ):
        assert list(made) == sorted(expected)
        assert len(made) == len(expected)
        assert bool(made) is bool(expected)
        assert made == Mask.of(expected, below=BELOW)
        assert hash(made) == hash(Mask.of(expected, below=BELOW))
        assert all((item_id in made) is (item_id in expected) for item_id in range(-1, BELOW + 9))
        assert Mask.from_bytes(made.to_bytes(below=BELOW)) == made


@given(IDS, st.integers(0, 2 * BELOW))
def test_the_bytes_of_a_mask_end_where_they_are_told(ids: frozenset[int], below: int) -> None:
    held = Mask.of(ids, below=BELOW).to_bytes(below=below)
    assert len(held) == below
    assert {item_id for item_id, is_held in enumerate(held) if is_held} == {
        item_id for item_id in ids if item_id < below
    }


@given(st.frozensets(st.integers(-(10**15), 10**15)))
def test_ids_out_of_bounds_take_no_room(ids: frozenset[int]) -> None:
    assert list(Mask.of(ids, below=BELOW)) == sorted(i for i in ids if 0 <= i < BELOW)


def test_the_bits_of_a_byte_become_bytes_lowest_first() -> None:
    assert BITS_EXPANDED[0b101] == bytes([1, 0, 1, 0, 0, 0, 0, 0])
    assert not NOTHING
