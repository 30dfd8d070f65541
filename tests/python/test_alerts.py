"""Each threshold that a period reaches leaves once as an alert, by the machinery of the billing lines (F4; run.md, exports).

The exports are written in this process from one warehouse of the sample, changed as the days go on.
"""

import json
import os
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from headcount.errors import UsageError
from headcount.exports import Leaving, forbid_lost_exports
from headcount.exports import alerts as alerts_file
from headcount.exports.memory import remember, remembered_by
from headcount.sample import SAMPLE_AS_OF
from headcount.warehouse import attached
from tests.support.command import Place
from tests.support.exports import alerts_in_ledger, export, exported_alerts

pytestmark = pytest.mark.xdist_group("sample")

NIGHTS = [SAMPLE_AS_OF + timedelta(hours=hours) for hours in (0, 1, 2)]


@pytest.fixture
def warehouse(sample_warehouse, tmp_path) -> Path:
    """The sample, to be changed."""
    return Path(shutil.copy(sample_warehouse, tmp_path / "alerts.duckdb"))


@pytest.fixture
def exports(tmp_path) -> Path:
    return tmp_path / "exports"


def crossings(warehouse: Path) -> int:
    """How many thresholds periods have reached that have not closed."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select count(*) from marts.fct_threshold_crossings inner join marts.dim_billing_periods "
            "using (account_id, location_id, period_start_at) where period_status != 'closed'"
        ).fetchone()[0]


def change(warehouse: Path, sql: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(sql)


def events(exports: Path, night: int) -> list[dict]:
    folder = exports / "alerts" / f"as_of={NIGHTS[night]:%Y%m%dT%H%M%SZ}"
    return [json.loads(line) for line in (folder / "alerts.ndjson").read_text("utf-8").splitlines()]


def leave(warehouse: Path, exports: Path, night: int):
    """The export of a night; the warehouse remembers it, as it does when a night is published."""
    with Leaving(exports, NIGHTS[night]) as leaving:
        with attached(warehouse, read_only=False) as connection:
            remember(connection, leaving.gather(connection, remembered_by_open(connection)))
        leaving.write()
        return leaving.publish()


def remembered_by_open(connection):
    """What the warehouse remembers, read through the connection that is open."""
    has = connection.execute("select 1 from duckdb_tables() where schema_name = 'exports' and table_name = 'ledger'").fetchone()
    return connection.execute("select * from exports.ledger").to_arrow_table() if has else None


def test_each_leaves_once_and_another_base_is_another(warehouse, exports):
    """A night without news has a file without lines; a limit that was raised is reached again."""
    assert leave(warehouse, exports, 0).alerts == crossings(warehouse) > 7
    assert leave(warehouse, exports, 1).alerts == 0
    assert events(exports, 1) == []
    change(warehouse, "update marts.fct_threshold_crossings set base = 11 where account_id = 'nu-near-usd'")
    assert leave(warehouse, exports, 2).alerts == 1
    [again] = events(exports, 2)
    assert (again["subject"], again["data"]["base"]) == ("nu-near-usd", 11)
    assert set(exported_alerts(exports).values()) == {1}
    assert exported_alerts(exports) == Counter(alerts_in_ledger(exports).keys())


def test_an_alert_is_a_cloud_event_of_ids_and_figures(warehouse, exports):
    leave(warehouse, exports, 0)
    [event] = [event for event in events(exports, 0) if event["subject"] == "nu-near-usd"]
    assert {name: value for name, value in event.items() if name != "id"} == {
        "specversion": "1.0",
        "source": "/headcount/thresholds",
        "type": "headcount.threshold.reached",
        "subject": "nu-near-usd",
        "time": "2026-10-13T12:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "account_id": "nu-near-usd",
            "location_id": "nu-near-usd",
            "period_start_at": "2026-10-01T05:00:00Z",
            "period_start_on": "2026-10-01",
            "measure": "share_of_limit",
            "percent": 80,
            "base": 10,
            "active_users": 8,
            "crossed_at": "2026-10-13T12:00:00Z",
            "crossed_on": "2026-10-13",
        },
    }
    assert len(event["id"]) == 32
    manifest = json.loads((exports / "alerts" / f"as_of={NIGHTS[0]:%Y%m%dT%H%M%SZ}" / "manifest.json").read_text())
    assert manifest["files"]["alerts.ndjson"]["rows"] == len(events(exports, 0))


def test_a_night_made_again_leaves_the_same_bytes_and_takes_nothing_new(warehouse, exports):
    """What is new, say by another row of the seed, waits for a later night; nothing stops."""
    leave(warehouse, exports, 0)
    before = Place(exports).tree()
    change(warehouse, "update marts.fct_threshold_crossings set base = 11 where account_id = 'nu-near-usd'")
    leave(warehouse, exports, 0)
    assert Place(exports).tree() == before
    assert leave(warehouse, exports, 1).alerts == 1


def test_what_closed_or_fell_back_before_it_was_told_does_not_leave(warehouse, exports):
    change(warehouse, "update marts.dim_billing_periods set period_status = 'closed' where account_id = 'nu-near-usd'")
    change(warehouse, "delete from marts.fct_threshold_crossings where account_id = 'nu-near-gbp'")
    leave(warehouse, exports, 0)
    assert not {event["subject"] for event in events(exports, 0)} & {"nu-near-usd", "nu-near-gbp"}




@pytest.mark.parametrize("at", ["billing folder", "billing ledger", "alerts folder", "alerts ledger"])
def test_killed_between_any_two_renames_each_still_leaves_once(warehouse, exports, monkeypatch, at):
    """Lines and alerts alike; the night after is that of a later instant, and knows what stands there."""
    place, step = at.split()
    done = []

    def dies(name, real):
        def rename(source, target):
            if name == step and Path(target).parent.name == place:
                raise KeyboardInterrupt
            done.append(target)
            real(source, target)

        return rename

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", dies("folder", os.rename))
        patch.setattr(os, "replace", dies("ledger", os.replace))
        with pytest.raises(KeyboardInterrupt):
            export(warehouse, exports, NIGHTS[0])
    export(warehouse, exports, NIGHTS[1])
    assert exported_alerts(exports) == Counter(alerts_in_ledger(exports).keys())
    assert exported_alerts(exports).total() == crossings(warehouse)


@pytest.mark.parametrize("loses", ["alerts", "alerts/ledger.parquet"])
def test_a_folder_that_knows_less_of_the_alerts_stops_the_night(warehouse, exports, loses):
    leave(warehouse, exports, 0)
    lost = exports / loses
    if lost.is_dir():
        shutil.rmtree(lost)
    else:
        lost.unlink()
        for folder in (exports / "alerts").iterdir():
            shutil.rmtree(folder)
    with pytest.raises(UsageError, match="has exported alerts/as_of=20261101T000000Z .* put alerts/ledger.parquet"):
        forbid_lost_exports(exports, remembered_by(warehouse))


def test_without_their_ledger_alerts_are_taken_up_from_what_stands(warehouse, exports):
    leave(warehouse, exports, 0)
    (exports / "alerts" / "ledger.parquet").unlink()
    assert leave(warehouse, exports, 1).alerts == 0
    assert exported_alerts(exports) == Counter(alerts_in_ledger(exports).keys())


def test_alerts_that_were_edited_stop_the_night_that_would_take_them_up(warehouse, exports):
    leave(warehouse, exports, 0)
    (exports / "alerts" / "ledger.parquet").unlink()
    [file] = (exports / "alerts").glob("*/alerts.ndjson")
    file.write_text(file.read_text("utf-8").replace("nu-near-usd", "nu-near-cad"), "utf-8")
    with pytest.raises(UsageError, match="alerts.ndjson is not what its manifest says"):
        leave(warehouse, exports, 1)


def test_a_file_in_the_way_of_the_alerts_is_refused_before_anything_leaves(warehouse, exports):
    exports.mkdir()
    (exports / "alerts").write_text("a file")
    with pytest.raises(UsageError, match="alerts is no folder"):
        leave(warehouse, exports, 0)
    assert [path.name for path in exports.iterdir()] == ["alerts"]


def test_alerts_that_cannot_be_put_in_place_are_made_good_by_the_same_night(warehouse, exports, monkeypatch):
    """The lines have left by then; the line says so."""

    def full(source, target):
        if Path(target).parent.name == "alerts":
            raise OSError(28, "No space left on device")
        os.replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(alerts_file.os, "rename", full)
        with pytest.raises(UsageError, match="have left, but its alerts cannot be written"):
            export(warehouse, exports, NIGHTS[0])
    assert not (exports / "alerts").exists()
    export(warehouse, exports, NIGHTS[0])
    assert exported_alerts(exports).total() == crossings(warehouse)
