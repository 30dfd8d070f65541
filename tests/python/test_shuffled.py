"""run.md, deterministic: the same rows in any order of files, lines and deliveries, on a machine of another time zone, locale,
hash seed and number of cores and threads, are the same rows of marts and bytes of exports. Two small nights.

`python -m tests.shuffled` goes on for as long as one likes.
"""

import os
import random
from collections import Counter

import pytest

from tests.shuffled import Machine, apart, differences, keep, moved_forward, replayed_by
from tests.support.arriving import Arriving
from tests.support.command import Place

pytestmark = pytest.mark.xdist_group("nights")
SEED, SIZE = 37, 2


def test_order_and_machine_change_nothing(replay, compiled_folder, tmp_path):
    """Files of several deliveries, one night."""
    found, machine = differences(keep(compiled_folder, replay), tmp_path, SEED, SIZE, only_last=True)
    assert not found, f"{replayed_by(SEED, SIZE)}: {machine}\n" + "\n".join(found[:20])


def test_rows_come_earlier_and_none_is_lost():
    """Not before a night that would see them."""
    arriving = Arriving(random.Random(SEED), SIZE)
    batches = moved_forward(arriving, random.Random(SEED))

    def rows(some) -> Counter:
        return Counter(id(row) for batch in some for its_rows in batch.values() for row in its_rows)

    assert rows(batches) == rows(arriving.batches)
    assert batches != arriving.batches
    for number, night in enumerate(arriving.nights):
        before = rows(arriving.batches[: number + 1])
        there = [row for batch in batches[: number + 1] for its_rows in batch.values() for row in its_rows]
        assert all(row["_loaded_at"] > night.until for row in there if id(row) not in before)


def test_a_machine_differs_from_the_plain_one_and_files_that_differ_are_named(tmp_path):
    machines = [Machine.drawn(random.Random(seed)) for seed in range(40)]
    for what in ("zone", "locale", "hash_seed", "threads"):
        assert len({getattr(machine, what) for machine in machines}) > 1, what
    assert {machine.cores for machine in machines} == set(range(1, len(os.sched_getaffinity(0)) + 1))
    one, other = Place(tmp_path / "one"), Place(tmp_path / "other")
    for place, content in ((one, "1"), (other, "2")):
        place.exports.mkdir(parents=True)
        (place.exports / "same.csv").write_text("same")
        (place.exports / "lines.csv").write_text(content)
    (one.exports / "more.csv").write_text("")
    assert apart(one, other) == ["exports: exports/lines.csv differs", "exports: exports/more.csv differs"]
    assert apart(one, one) == []
