"""The models and the oracle, two readings of one contract, agree on any random landing zone.

Every mart the oracle knows is held row by row at every instant the zone's maker names (within the scene, at a
boundary or the end of its grace, when all is closed), and once under another ruleset (P6). A failure names the
command that makes its zone again; `python -m tests.fuzz` goes on for as long as one likes. About 70 s.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz import disagreements, replay
from tests.oracle.random_landing import FORMATS


def held(compiled, seed, size, file_format):
    with tempfile.TemporaryDirectory() as folder:
        found = disagreements(compiled, Path(folder), seed, size, file_format)
    assert not found, f"{replay(seed, size, file_format)}\n" + "\n".join(found[:20])


# A zone in each format, so that none is left to chance. Nothing is shrunk: a smaller zone is a `--size` away.
@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=1, deadline=None, database=None, phases=[Phase.generate], print_blob=False,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(seed=st.integers(1, 2**31), size=st.integers(4, 9))
def test_models_agree_with_the_oracle(compiled, file_format, seed, size):
    held(compiled, seed, size, file_format)
