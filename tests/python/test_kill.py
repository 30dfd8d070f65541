"""run.md, crash-safe: nights killed at random instants are made good by the next. About 3 minutes of one core.

`python -m tests.kill --times 50` goes on for as long as one likes.
"""

import random

import pytest

from tests.kill import Hunt


@pytest.mark.xdist_group("kill")
def test_the_night_after_some_that_were_killed_is_as_if_none_had_been(tmp_path):
    doing = Hunt(tmp_path, random.Random()).round(kills=4)
    assert len(doing) == 4
