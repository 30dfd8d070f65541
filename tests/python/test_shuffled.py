"""run.md, deterministic: the same rows in any order of files, lines and deliveries, on a machine of another time zone, locale,
hash seed and number of cores and threads, are the same rows of marts and bytes of exports. About 10 s of one core.

`python -m tests.shuffled` goes on for as long as one likes.
"""

import pytest

from tests.shuffled import differences, keep, replayed_by

pytestmark = pytest.mark.xdist_group("nights")
SEED, SIZE = 37, 2


def test_order_and_machine_change_nothing(replay, compiled_folder, tmp_path):
    """Files of several deliveries, one night."""
    found, machine = differences(keep(compiled_folder, replay), tmp_path, SEED, SIZE, only_last=True)
    assert not found, f"{replayed_by(SEED, SIZE)}: {machine}\n" + "\n".join(found[:20])
