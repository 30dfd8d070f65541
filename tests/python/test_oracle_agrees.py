"""The models and the oracle, two readings of one contract, agree on any random landing zone.

Every mart the oracle knows is held row by row at every instant the zone's maker names (within the scene, at a
boundary or the end of its grace, when all is closed), and once under another ruleset (P6). A failure names the
command that makes its zone again; `python -m tests.fuzz` goes on for as long as one likes. About 90 s.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz import disagreements, replay
from tests.oracle.random_landing import FORMATS


def held(compiled, seed, size, file_format, has_finance=False):
    with tempfile.TemporaryDirectory() as folder:
        found = disagreements(compiled, Path(folder) / "zone", seed, size, file_format, has_finance)
    assert not found, f"{replay(seed, size, file_format, has_finance)}\n" + "\n".join(found[:20])


one_zone = settings(max_examples=1, deadline=None, database=None, phases=[Phase.generate], print_blob=False,
                    suppress_health_check=list(HealthCheck))  # fmt: skip


# A zone in each format, so that none is left to chance. Nothing is shrunk: a smaller zone is a `--size` away.
@pytest.mark.parametrize("file_format", FORMATS)
@one_zone
@given(seed=st.integers(1, 2**31), size=st.integers(4, 9))
def test_models_agree_with_the_oracle(compiled, file_format, seed, size):
    held(compiled, seed, size, file_format)


@one_zone
@given(seed=st.integers(1, 2**31), size=st.integers(4, 6))
def test_they_agree_with_all_switched_on_that_happens_around_a_bill(compiled, seed, size):
    """finance.md: adjustments, holds and thresholds by seeds of the zone's own, and closed rows that stay."""
    held(compiled, seed, size, FORMATS[seed % len(FORMATS)], has_finance=True)
