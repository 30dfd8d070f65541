"""run.md, incremental: nights one after another equal whole builds at each of their instants, in all that is kept and in
every byte of the exports. About two minutes of one core.

`python -m tests.nights` goes on for as long as one likes.
"""

from datetime import UTC, datetime

import duckdb
import pytest

from headcount.dbt_plugin import register_run
from headcount.landing import inspect, register
from headcount.nightly.history import History
from headcount.nightly.made_with import made_with
from tests.nights import differences, replayed_by

pytestmark = pytest.mark.xdist_group("nights")
SIZE = 3
NIGHT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", [29, 38])
def test_nights_one_after_another_equal_whole_builds(replay, tmp_path, seed):
    found, compared = differences(replay, tmp_path, seed, SIZE)
    assert not found, f"{replayed_by(seed, SIZE)}\n" + "\n".join(found[:20])
    assert compared > 1


def test_a_night_builds_all_anew_when_dbt_alone_has_had_the_warehouse(tmp_path):
    """`dbt build --select fct_active_users` leaves a mart of another instant beside what is kept."""
    made, file = made_with(), tmp_path / "headcount.duckdb"
    (tmp_path / "landing").mkdir()
    with duckdb.connect(str(file)) as connection:
        register(connection, inspect(tmp_path / "landing"))
        register_run(connection, NIGHT, made_with=made)
        connection.execute("create schema marts; create table marts.runs as from landing.run")
        connection.execute("create table marts.landing_files as from landing.files")
    assert History(file).why_whole(made) is None
    assert "seeds" in History(file).why_whole(made.replace('"seeds": "', '"seeds": "other'))
    with duckdb.connect(str(file)) as connection:
        register_run(connection, NIGHT)
    assert History(file).why_whole(made).startswith("dbt alone")
