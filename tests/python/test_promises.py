"""What has been closed stays as it was, and only rows and seeds decide what is in a mart (run.md, marts.md, P4).

Random landing zones and the sample, built in memory. About 90 s of one core.
"""

import csv
import random
import shutil
from collections import Counter
from datetime import datetime, timedelta

import pytest

from headcount.sample import SAMPLE_AS_OF, write_sample
from headcount.sample.files import FORMATS
from tests.fuzz import spelled
from tests.oracle.random_landing import write_random_landing
from tests.oracle.random_story import Story
from tests.oracle.small_landing import SEEDS, SmallLanding
from tests.support.closed import Closed, for_ever
from tests.support.contents import OF_THE_RUN, contents, unlike
from tests.support.differences import differences
from tests.support.files import write_zone
from tests.support.finance import seeds_with_it
from tests.support.warehouse import build, rows

pytestmark = pytest.mark.xdist_group("promises")


def hold_still(compiled, landing, instants) -> int:
    """Hold each run's closed rows against all later runs; returns how many rows were held."""
    runs = Closed()
    for as_of in sorted(instants):
        with build(compiled, landing, spelled(as_of)) as connection:
            said = runs.held_against(connection, as_of)
        assert not said, "\n".join(said[:10])
    return runs.held


# -- closed stays closed ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", [11, 12])
def test_rows_of_closed_periods_are_the_same_for_ever(compiled, tmp_path, seed):
    """P4: whatever lands later. Final charges and billing lines stay too."""
    instants = write_random_landing(tmp_path, random.Random(seed), "ndjson", 8)
    between = [one + (other - one) / 2 for one, other in zip(instants, instants[1:])]
    instants += [instant.replace(microsecond=0) for instant in between[:1]]
    assert hold_still(compiled, tmp_path, instants) > 100


def test_rows_of_closed_periods_of_the_sample_are_the_same_for_ever(compiled, tmp_path):
    write_sample(tmp_path / "landing", accounts=0, days=1)
    months = [SAMPLE_AS_OF - timedelta(days=days) for days in (63, 30, 0)]
    assert hold_still(compiled, tmp_path / "landing", months) > 1000


# -- only rows and seeds decide --------------------------------------------------------------


@pytest.fixture(scope="module")
def story():
    """The rows of a random landing zone, every value of its type, so that every format can hold them."""
    return Story(random.Random(24), 8, allows_garbage=False, is_unsettled=True)


@pytest.fixture(scope="module")
def as_of(story):
    return spelled(story.end - timedelta(days=20))


@pytest.fixture(scope="module")
def landing(story, tmp_path_factory):
    return write_zone(tmp_path_factory.mktemp("story"), story.rows, "csv")


@pytest.fixture(scope="module")
def switched_on(tmp_path_factory):
    """Seeds with which every mart has rows."""
    return seeds_with_it(tmp_path_factory.mktemp("switched-on") / "seeds", random.Random(1))


@pytest.fixture(scope="module")
def built(compiled, landing, as_of, switched_on):
    with build(compiled, landing, as_of, seeds=switched_on) as connection:
        found = contents(connection)
    assert all(found.values()), [mart for mart, held in found.items() if not held]
    return found


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_nothing(compiled, landing, as_of, switched_on, built, threads):
    """run.md, deterministic: with any number of threads."""
    with build(compiled, landing, as_of, seeds=switched_on, threads=threads) as connection:
        assert not unlike(built, contents(connection))


def test_names_and_order_of_files_and_rows_change_nothing(compiled, story, as_of, switched_on, built, tmp_path):
    """run.md, deterministic: in any file order."""
    draw = random.Random(6)
    for table, landed in story.rows.items():
        shuffled = draw.sample(landed, len(landed))
        for number, part in enumerate((shuffled[::3], shuffled[1::3], shuffled[2::3])):
            write_zone(tmp_path, {table: part}, "csv", f"{draw.choice(['z', 'a', 'm/n'])}-{9 - number}")
    with build(compiled, tmp_path, as_of, seeds=switched_on) as connection:
        assert not unlike(built, contents(connection))


def test_rows_delivered_again_change_only_what_landed(compiled, story, landing, as_of, switched_on, built, tmp_path):
    """landing.md: copies of a row, also of a rejected one, are redeliveries."""
    shutil.copytree(landing, tmp_path / "landing")
    write_zone(tmp_path / "landing", story.rows, "csv", "again")
    with build(compiled, tmp_path / "landing", as_of, seeds=switched_on) as connection:
        counts = {"landing_reconciliation"}
        assert not unlike(without(built, counts), contents(connection, OF_THE_RUN | counts))
        names = ["source_table", "landed_rows", "accepted_rows", "redelivered_rows", "rejected_rows"]
        again = {row["source_table"]: row for row in rows(connection, "landing_reconciliation", names)}
    with build(compiled, landing, as_of, seeds=switched_on) as connection:
        for row in rows(connection, "landing_reconciliation", names):
            more = {name: again[row["source_table"]][name] - row[name] for name in names[1:]}
            landed = row["landed_rows"]
            assert more == {"landed_rows": landed, "redelivered_rows": landed, "accepted_rows": 0, "rejected_rows": 0}


@pytest.mark.parametrize("file_format", [name for name in FORMATS if name != "csv"])
def test_every_format_gives_the_same_marts(compiled, story, as_of, switched_on, built, tmp_path, file_format):
    """landing.md: one format a table, whichever it is. Only the raw text of a rejected row is the format's own."""
    write_zone(tmp_path, story.rows, file_format)
    with build(compiled, tmp_path, as_of, seeds=switched_on) as connection:
        raw = {"rejected_records"}
        assert not unlike(without(built, raw), contents(connection, OF_THE_RUN | raw))
        reasons = connection.execute("select source_table, record_key, reason, loaded_at from marts.rejected_records")
        found = Counter(reasons.fetchall())
    assert found == Counter((row[0], row[3], row[2], row[6]) for row in built["rejected_records"].elements())


def without(found, names):
    return {mart: held for mart, held in found.items() if mart not in names}


# -- a ruleset is rows -----------------------------------------------------------------------


@pytest.fixture
def seeds(tmp_path):
    """A copy of the seeds, to be edited."""
    return shutil.copytree(SEEDS, tmp_path / "seeds")


def append(seed, **row):
    """A row at the end of a seed; what is not given is empty."""
    with open(seed, newline="") as file:
        names = csv.DictReader(file).fieldnames
    assert set(row) <= set(names)
    with open(seed, "a", newline="") as file:
        csv.DictWriter(file, names, lineterminator="\n").writerow(row)


def rows_where(seed, **wanted):
    with open(seed, newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[name] == value for name, value in wanted.items())]


def test_a_fifth_ruleset_is_a_seed_edit_and_changes_what_it_says(compiled, seeds, tmp_path):
    """rules.md, rulesets: no code change for a new one. Here: paid event tickets count from June 2026 on (X10, P6)."""
    old, new = "nexudus-2026-04-21", "nexudus-2026-06-01"
    rulesets, conditions = seeds / "rules" / "rule_rulesets.csv", seeds / "rules" / "rule_conditions.csv"
    (row,) = rows_where(rulesets, ruleset_id=old)
    append(rulesets, **row | {"ruleset_id": new, "effective_from": "2026-06-01"})
    for condition in rows_where(conditions, ruleset_id=old):
        if condition["activity_type"] == "event_ticket" and condition["price_kind"] == "paid":
            condition |= {"counts": "true", "source": "event_ticket"}
        append(conditions, **condition | {"ruleset_id": new})

    zone = SmallLanding(tmp_path / "landing").account().location().customer().customer("d")
    zone.invoiced("2026-05-01").invoiced("2026-05-31").invoiced("2026-07-01")
    zone.booking("2026-05-02", key="b1").booking("2026-06-02", key="b2")
    for key, when, price in (("k1", "2026-05-10", "9"), ("k2", "2026-06-10", "9"), ("k3", "2026-06-11", "0")):
        zone.add("event_tickets", ticket_id=key, customer_id="d", location_id="l", price=price,
                 purchased_at=f"{when}T00:00:00Z", _loaded_at=f"{when}T00:00:00Z")  # fmt: skip
    at = datetime(2026, 7, 10)
    expected = zone.evaluate(at, seeds=seeds)

    names = ["period_start_at", "customer_id", "sources", "ruleset_id"]
    with build(compiled, zone.folder, spelled(at)) as connection:
        of_may = [for_ever(connection, datetime(2026, 6, 1))]
        before = {tuple(row.values()) for row in rows(connection, "fct_active_users", names)}
    with build(compiled, zone.folder, spelled(at), seeds=seeds) as connection:
        of_may.append(for_ever(connection, datetime(2026, 6, 1)))
        after = {tuple(row.values()) for row in rows(connection, "fct_active_users", names)}
        assert not differences(connection, expected)
    june = datetime(2026, 5, 31)
    booked = (june, "c", "booking")
    assert after - before == {(*booked, new), (june, "d", "event_ticket", new)}
    assert before - after == {(*booked, old)}
    assert not unlike(*of_may)


@pytest.fixture
def gym(seeds, tmp_path):
    """A zone of a product that no shipped ruleset has: calendar months counted at each location. (zone, its seeds)"""
    rulesets, conditions = seeds / "rules" / "rule_rulesets.csv", seeds / "rules" / "rule_conditions.csv"
    (row,) = rows_where(rulesets, ruleset_id="nexudus-2026-04-21")
    its_own = {"ruleset_id": "gym-1", "product": "gym", "period": "calendar_month", "effective_from": "2020-01-01"}
    append(rulesets, **row | its_own)
    for condition in rows_where(conditions, ruleset_id="nexudus-2026-04-21"):
        append(conditions, **condition | {"ruleset_id": "gym-1"})
    day = "2026-04-10"
    zone = SmallLanding(tmp_path / "landing").account("gym", "Europe/Lisbon", created=day, loaded=day).customer()
    for key in ("l", "k"):
        zone.location(key, created=day, timezone="Europe/Lisbon")
    # Midnight of 1 June in Lisbon is 23:00 UTC of 31 May.
    zone.booking("2026-05-31T22:59:59Z", key="may").booking("2026-05-31T23:00:00Z", key="june", location="k")
    return zone, seeds


def test_a_new_product_is_a_seed_edit(compiled, gym):
    """P1 and X1 in a pair that no shipped product has, with a rate card of its own."""
    zone, seeds = gym
    append(seeds / "prices" / "example_rate_cards.csv", product="gym", currency="EUR", valid_from="2020-01-01",
           tier_number=1, from_user=1, unit_price="2.00", flat_fee="10.00")  # fmt: skip
    at = datetime(2026, 7, 10)
    expected = zone.evaluate(at, seeds=seeds)
    with build(compiled, zone.folder, spelled(at), seeds=seeds) as connection:
        assert not differences(connection, expected)
        counted = rows(connection, "fct_active_users", ["location_id", "period_start_at", "ruleset_id"])
        billed = rows(connection, "fct_billing_lines", ["location_id", "period_start_at", "amount"])
    may, june = datetime(2026, 4, 30, 23), datetime(2026, 5, 31, 23)
    assert sorted(tuple(row.values()) for row in counted) == [("k", june, "gym-1"), ("l", may, "gym-1")]
    assert sorted(tuple(row.values()) for row in billed) == [("k", june, 12), ("l", may, 12)]


def test_a_new_product_without_prices_is_not_left_unbilled_in_silence(compiled, gym):
    """marts.md, billing_exceptions: a closed period with users that nothing can bill is `no_rate_card`."""
    zone, seeds = gym
    at = datetime(2026, 7, 10)
    expected = zone.evaluate(at, seeds=seeds)
    with build(compiled, zone.folder, spelled(at), seeds=seeds) as connection:
        assert not differences(connection, expected)
        unbilled = rows(connection, "billing_exceptions", ["location_id", "exception"])
    assert sorted(tuple(row.values()) for row in unbilled) == [("k", "no_rate_card"), ("l", "no_rate_card")]
