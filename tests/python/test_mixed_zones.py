"""The same rows give the same marts in whatever files they land, and a later file changes no closed row (landing.md).

`python -m tests.mixed` goes on for as long as one likes. About 60 s of one core.
"""

import random
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.mixed import late, mixed, replay
from tests.oracle.random_story import Story, Unspelled
from tests.oracle.reading import read_landing, single
from tests.support.files import write_zone
from tests.support.physical import NotHeld, held, numeric_ids, types_for, write_mixed

pytestmark = pytest.mark.xdist_group("mixed")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_rows_give_the_same_marts_in_any_files(compiled, tmp_path, seed):
    found = mixed(compiled, tmp_path, seed, 6)
    assert not found, f"{replay(seed, 6, mixed)}\n" + "\n".join(found[:20])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_later_file_changes_no_closed_row(compiled, tmp_path, seed):
    found = late(compiled, tmp_path, seed, 6)
    assert not found, f"{replay(seed, 6, late)}\n" + "\n".join(found[:20])


@pytest.mark.parametrize("seed", range(5))
def test_mixed_files_hold_what_the_plain_ones_hold(tmp_path, seed):
    """The zones that are compared are alike: the oracle reads the same rows from both."""
    draw = random.Random(seed)
    rows = numeric_ids(Story(draw, 4, allows_garbage=True).rows, draw)
    write_zone(tmp_path / "plain", rows, "csv")
    write_mixed(tmp_path / "mixed", rows, draw)
    plain, other = read_landing(tmp_path / "plain"), read_landing(tmp_path / "mixed")
    for table in plain:
        assert sorted(map(repr, plain[table])) == sorted(map(repr, other[table]))


@pytest.mark.parametrize(("kind", "value", "type_", "is_held"), [
    ("decimal", Decimal("0.1"), pa.float64(), True),
    ("decimal", Decimal("0.1"), pa.float32(), True),
    ("decimal", Decimal("16777217"), pa.float32(), False),
    ("decimal", Decimal("999999999999.999999"), pa.float64(), False),
    ("decimal", Decimal("0.40"), pa.decimal128(38, 0), False),
    ("integer", 300, pa.uint8(), False),
    ("text", "0101", pa.int64(), False),
    ("text", "101", pa.decimal128(38, 10), True),
    ("instant", datetime(2026, 5, 1, 0, 0, 1), pa.date32(), False),
    ("instant", datetime(9999, 12, 31), pa.timestamp("ns"), False),
    ("instant", datetime(2026, 5, 1, 0, 0, 0, 1), pa.timestamp("ms"), False),
    ("instant", Unspelled("soon"), pa.timestamp("us"), False),
])  # fmt: skip
def test_a_type_holds_a_value_exactly_or_not_at_all(kind, value, type_, is_held):
    if is_held:
        assert held(kind, value, type_) is not None
    else:
        with pytest.raises(NotHeld):
            held(kind, value, type_)
    assert (type_ in types_for(kind, [value, None])) == is_held


def test_the_shortest_decimal_of_a_float_of_32_bits():
    read = [single(pa.scalar(value, pa.float32()).as_py()) for value in (0.1, 19.99, 16777216.0)]
    assert read == ["0.1", "19.99", "16777216"]
