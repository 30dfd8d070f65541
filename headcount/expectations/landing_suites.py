"""The suites: what is expected of each landed table as a whole, measured by what its earlier loads were like.

Nothing here repeats the judging of single rows. A habit is asked for only with enough rows and loads to have one, so
that a new vendor, a small table or an empty zone passes. To add an expectation: a function in TABLE_EXPECTATIONS that
gives an Expectation, or a NotAsked that says why not; and a test that sees it hold and fail.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from headcount.expectations.expectation import (
    STOP,
    WARN,
    Expectation,
    NotAsked,
    Suite,
    count,
    decimal,
    found_amount,
    found_count,
    found_instant,
    found_outside,
    found_quantiles,
    found_share,
    instant,
    share,
)
from headcount.expectations.measures import Facts
from headcount.expectations.profiles import known_words

# Below this a share of the newest load says nothing: five rows are a tenth.
FEW_ROWS = 50
# Below this a load that is mostly unreadable may be a handful of rotten rows.
ROWS_TO_STOP = 100
# Records that must have been there before their disappearance is an accident and not a vendor closing down.
KEYS_TO_STOP = 20
ACCOUNTS_TO_STOP = 10
FEW_LOADS = 5
# Of the last four weeks; a table that loads less often has no rhythm to miss.
REGULAR_LOADS = 14
# A table is stale after this, or after twice the longest pause between its earlier loads.
STALE = timedelta(days=3)
# A quarter of a load changes its nature overnight only when the sender changed.
DRIFT = 0.25
LATE_DAYS = 31

_NEWEST = "rows of the newest load"


def suites(facts: dict[str, Facts], as_of: datetime) -> list[Suite]:
    """The zone's suite, then one for each table that has rows."""
    found = [_suite("zone", zone_expectations(facts, as_of))]
    for one in facts.values():
        if one.rows:
            found.append(_suite(one.name, (e for make in TABLE_EXPECTATIONS for e in make(one, as_of))))
    return [suite for suite in found if suite.asked or suite.not_asked]


def _suite(name: str, expectations) -> Suite:
    suite = Suite(name)
    for one in expectations:
        (suite.asked if isinstance(one, Expectation) else suite.not_asked).append(one)
    return suite


def zone_expectations(facts: dict[str, Facts], as_of: datetime) -> Iterator[Expectation]:
    """What is expected of the tables together."""
    if any(one.rows for one in facts.values()):
        yield Expectation(
            "zone.freshness", "zone", "zone_tables", WARN,
            f"something was loaded after {instant(as_of - STALE)}, {STALE.days} days before the run",
            "nothing that happened since is billed; what comes later than the grace of a period is not billed for it",
            "ExpectColumnMaxToBeBetween", {"column": "newest_at", "min_value": as_of - STALE},
            found_instant, "newest_at is not null",
        )  # fmt: skip
        yield Expectation(
            "zone.accounts", "zone", "zone_tables", WARN,
            "accounts have landed when anything else has",
            "every row belongs to an account; without accounts all are rejected",
            "ExpectColumnMinToBeBetween", {"column": "accounts_landed", "min_value": 1},
            lambda result: "accounts" if result["observed_value"] else "no account", "table_name = 'accounts'",
        )  # fmt: skip
    if any(one.rows or one.undated_rows for one in facts.values()):
        yield Expectation(
            "zone.undated_files", "zone", "zone_tables", WARN,
            "no file has mostly rows without a readable _loaded_at",
            "such rows belong to no load and are rejected, every one: the sender writes another format",
            "ExpectColumnSumToBeBetween", {"column": "undated_files", "max_value": 0},
            found_count("files"), "undated_files > 0",
        )  # fmt: skip


def volume(facts: Facts, as_of: datetime):
    """Rows of the newest load."""
    words, reason = "as many rows as earlier loads", "a cut or doubled load is billed as it stands"
    rows = [load.rows for load in facts.earlier]
    if len(rows) < FEW_LOADS or _tenth(rows) < FEW_ROWS:
        yield _not_asked(facts, "volume", WARN, words, reason, _few_habits(facts))
        return
    least, most = int(_tenth(rows) / 3), 3 * _tenth(rows, highest=True)
    yield _on_newest(
        facts, "volume", WARN, f"between {count(least)} and {count(most)} rows in the newest load, from a third of the "
        f"10th to three times the 90th percentile of the {len(rows)} loads before", reason,
        "ExpectTableRowCountToBeBetween", {"min_value": least, "max_value": most}, found_count("rows"),
    )  # fmt: skip


def freshness(facts: Facts, as_of: datetime):
    """The newest row against the run's instant."""
    words, reason = "loaded as often as before", "a table that stopped arriving looks like customers who stopped coming"
    if len(facts.earlier) < REGULAR_LOADS:
        yield _not_asked(facts, "freshness", WARN, words, reason, _few_habits(facts))
        return
    moments = [facts.newest_at] + [load.last_at for load in facts.earlier]
    pause = max(later - earlier for later, earlier in zip(moments, moments[1:], strict=False))
    since = as_of - max(STALE, 2 * pause)
    yield _on_newest(
        facts, "freshness", WARN, f"loaded after {instant(since)} (the run less three days, or less twice the longest "
        f"pause of the last {len(moments)} loads)", reason,
        "ExpectColumnMaxToBeBetween", {"column": "loaded_at", "min_value": since}, found_instant,
    )  # fmt: skip


def readable(facts: Facts, as_of: datetime):
    """Rows with a value missing or unreadable: some are the judging's matter, most of a load is a broken sender."""
    usual = _earlier_share(facts, lambda load: load.rows - load.readable, lambda load: load.rows)
    least = 1 - max(0.05, min(1.0, 2 * (usual or 0)))
    words, reason = "nearly all rows can be read", "unreadable rows are rejected and not billed"
    found = found_share("can be read")
    if facts.newest.rows < FEW_ROWS:
        yield _not_asked(facts, "readable", WARN, words, reason, _few_rows(facts))
    else:
        yield _on_newest(
            facts, "readable", WARN, f"at least {share(least)} of the {_NEWEST} can be read", reason,
            "ExpectColumnMeanToBeBetween", {"column": "is_readable", "min_value": least}, found, "is_readable = 0",
        )  # fmt: skip
    words = f"at least half of the {_NEWEST} can be read"
    reason = "with most of a load rejected, the bills of the night are certainly too low"
    if facts.newest.rows < ROWS_TO_STOP:
        yield _not_asked(facts, "mostly_readable", STOP, words, reason, _few_rows(facts))
    elif usual is not None and usual >= 0.2:
        why = f"{share(usual)} of the earlier rows cannot be read either: the run goes on without them, as before"
        yield _not_asked(facts, "mostly_readable", STOP, words, reason, why)
    else:
        yield _on_newest(
            facts, "mostly_readable", STOP, words, reason,
            "ExpectColumnMeanToBeBetween", {"column": "is_readable", "min_value": 0.5}, found, "is_readable = 0",
        )  # fmt: skip


def some_account(facts: Facts, as_of: datetime):
    """Accounts that can be read at all."""
    if facts.name != "accounts":
        return
    words, reason = "some account can be read", "without accounts every row is rejected and nothing is billed"
    if facts.rows < ACCOUNTS_TO_STOP:
        yield _not_asked(facts, "some_account", STOP, words, reason, f"{count(facts.rows)} rows have landed, too few")
        return
    yield _on_newest(
        facts, "some_account", STOP, words, reason,
        "ExpectColumnMaxToBeBetween", {"column": "readable_rows", "min_value": 1},
        found_count("of the accounts rows can be read"), "is_readable = 0", everywhere=True,
    )  # fmt: skip


def deleted(facts: Facts, as_of: datetime):
    """Deletions: a few are life, all at once is a mishap of the sender."""
    if facts.table.kind != "record":
        return
    words, reason = "few of the rows are deletions", "what is deleted is not billed from then on"
    if facts.newest.rows < FEW_ROWS:
        yield _not_asked(facts, "deletions", WARN, words, reason, _few_rows(facts))
    else:
        yield _on_newest(
            facts, "deletions", WARN, f"at most half of the {_NEWEST} are deletions", reason,
            "ExpectColumnMeanToBeBetween", {"column": "is_deleted", "max_value": 0.5}, found_share("are deletions"),
            "is_deleted = 1",
        )  # fmt: skip
    words, reason = "not every record is deleted", "a table emptied by deletions is a mishap that would be billed"
    if facts.keys_before < KEYS_TO_STOP:
        why = f"{count(facts.keys_before)} records in earlier loads, too few"
        yield _not_asked(facts, "not_all_deleted", STOP, words, reason, why)
        return
    yield _on_newest(
        facts, "not_all_deleted", STOP, words, reason,
        "ExpectColumnMaxToBeBetween", {"column": "kept_keys", "min_value": 1},
        found_count("records that are not deleted"), "is_deleted = 1", everywhere=True,
    )  # fmt: skip


def redelivered(facts: Facts, as_of: datetime):
    """How often a load says the same thing again."""
    words, reason = "few rows are delivered twice in a load", "redeliveries change nothing, but a load that is mostly \
repeats may lack what it should hold"
    if facts.newest.rows < FEW_ROWS:
        yield _not_asked(facts, "redelivered", WARN, words, reason, _few_rows(facts))
        return
    yield _on_newest(
        facts, "redelivered", WARN, f"at least 70 % of the {_NEWEST} are deliveries of their own", reason,
        "ExpectColumnProportionOfUniqueValuesToBeBetween", {"column": "delivery_hash", "min_value": 0.7},
        found_share("are deliveries of their own"),
    )  # fmt: skip


def words_of(facts: Facts, as_of: datetime):
    """Columns with few words: known ones, no new ones, none that went missing."""
    for column, found in facts.words.items():
        rows = sum(newest for newest, _ in found.values())
        earlier = sum(before for _, before in found.values())
        known, column_name = known_words(column), f"word_{column}"
        listed = "'" + "', '".join(known) + "'"
        unknown = [(word, newest) for word, (newest, _) in found.items() if newest and word not in known]
        detail = _most_often(unknown)
        words, reason = f"{column} is mostly a word that is known", "unknown words are rejected or counted by no rule"
        if rows < FEW_ROWS:
            yield _not_asked(facts, f"known_{column}", WARN, words, reason, _few_rows(facts))
        elif not known:
            yield _not_asked(facts, f"known_{column}", WARN, words, reason, "no rule names a word of it")
        else:
            yield _on_newest(
                facts, f"known_{column}", WARN, f"{column} of at least half of the {_NEWEST} is one of {listed}",
                reason,
                "ExpectColumnValuesToBeInSet", {"column": column_name, "value_set": list(known), "mostly": 0.5},
                found_outside("are other words"), f"{column_name} not in ({listed})", detail,
            )  # fmt: skip
        words, reason = f"{column} is as in earlier loads", "a word that the sender renamed stops counting in silence"
        if rows < FEW_ROWS or earlier < FEW_ROWS:
            yield _not_asked(facts, f"new_{column}", WARN, words, reason, _few_rows(facts, earlier))
            continue
        seen = sorted({*known, *(word for word, (_, before) in found.items() if before)})
        new = [(word, rows) for word, rows in unknown if word not in seen]
        detail = _most_often(new)
        yield _on_newest(
            facts, f"new_{column}", WARN, f"{column} of at least 95 % of the {_NEWEST} is a word that is known or was "
            "seen before", reason,
            "ExpectColumnValuesToBeInSet", {"column": column_name, "value_set": seen, "mostly": 0.95},
            found_outside("are new words"), f"{column_name} not in ({_sql_list(seen)})", detail,
        )  # fmt: skip
        yield from _missing_words(facts, column, found, rows, earlier)


def _most_often(words: list[tuple[str, int]]) -> str:
    return "most often " + ", ".join(f"{word[:40]!r} ({count(rows)})" for word, rows in words[:3]) if words else ""


def _missing_words(facts: Facts, column: str, found: dict, rows: int, earlier: int):
    """A word with a tenth of the earlier rows is in a hundred new rows, but for one time in 37,000."""
    words = f"{column} still has the words that were usual"
    reason = "a kind that is no longer sent looks like customers who stopped"
    usual = sorted(word for word, (_, before) in found.items() if 10 * before >= earlier)
    if rows < ROWS_TO_STOP or len(facts.earlier) < FEW_LOADS or not usual:
        yield _not_asked(facts, f"usual_{column}", WARN, words, reason, _few_rows(facts, earlier))
        return
    missing = [word for word in usual if not found[word][0]]
    text = "missing: " + ", ".join(repr(word) for word in missing) if missing else "all of them"
    yield _on_newest(
        facts, f"usual_{column}", WARN, f"every {column} with a tenth of the earlier rows is in the newest load: "
        + ", ".join(repr(word) for word in usual), reason,
        "ExpectColumnDistinctValuesToContainSet", {"column": f"word_{column}", "value_set": usual}, lambda result: text,
    )  # fmt: skip


def free(facts: Facts, as_of: datetime):
    """The share of what is free: what is free and what is paid counts differently."""
    if facts.profile.money is None:
        return
    words, reason = "as much is free as before", "free and paid activity count differently: a lost price is a lost user"
    usual = _earlier_share(facts, lambda load: load.free, lambda load: load.priced)
    if usual is None or facts.newest.priced < FEW_ROWS:
        yield _not_asked(facts, "free", WARN, words, reason, _few_habits(facts))
        return
    least, most = max(0.0, usual - DRIFT), min(1.0, usual + DRIFT)
    yield _on_newest(
        facts, "free", WARN, f"between {share(least)} and {share(most)} of the {_NEWEST} are free "
        f"({share(usual)} before)", reason,
        "ExpectColumnMeanToBeBetween", {"column": "is_free", "min_value": least, "max_value": most},
        found_share("are free"), "money = 0",
    )  # fmt: skip


def amounts(facts: Facts, as_of: datetime):
    """Sum and size of amounts: cents for euros, or a currency's digits lost."""
    if facts.profile.money is None:
        return
    name = facts.profile.money
    words, reason = f"the sum of {name} is as before", "amounts decide what is free, and what is sent twice adds up"
    sums = [load.amount for load in facts.earlier]
    if len(sums) < FEW_LOADS or _tenth(sums) <= 0 or facts.newest.priced < FEW_ROWS:
        yield _not_asked(facts, f"sum_{name}", WARN, words, reason, _few_habits(facts))
    else:
        least, most = _tenth(sums) / 5, 5 * _tenth(sums, highest=True)
        yield _on_newest(
            facts, f"sum_{name}", WARN, f"the sum of {name} is between {decimal(least)} and {decimal(most)} "
            f"(currencies together; a fifth to five times the {len(sums)} loads before, without the outermost tenths)",
            reason,
            "ExpectColumnSumToBeBetween", {"column": "money", "min_value": float(least), "max_value": float(most)},
            found_amount,
        )  # fmt: skip
    words, reason = f"{name} is as large as before", "a price a hundred times too large is in cents"
    paid_before = sum(load.priced - load.free for load in facts.earlier)
    if facts.quantiles is None or min(facts.paid_rows, paid_before) < FEW_ROWS:
        yield _not_asked(facts, f"size_{name}", WARN, words, reason, _few_habits(facts))
        return
    ranges = [sorted([float(usual / 10), float(usual * 10)]) for usual in facts.quantiles]
    median, high = facts.quantiles
    yield _on_newest(
        facts, f"size_{name}", WARN, f"median and 90th percentile of {name}, where it is not 0, within a tenth and ten "
        f"times of the earlier {decimal(median)} and {decimal(high)}", reason,
        "ExpectColumnQuantileValuesToBeBetween",
        {"column": "paid_amount", "quantile_ranges": {"quantiles": [0.5, 0.9], "value_ranges": ranges}},
        found_quantiles, "money != 0",
    )  # fmt: skip


def filled(facts: Facts, as_of: datetime):
    """Optional columns in which empty means something: a walk-in, no limit, every location."""
    for column in facts.profile.filled:
        words, reason = f"{column} is filled as before", "an empty value has a meaning of its own and is not rejected"
        usual = _earlier_share(facts, lambda load, name=column: load.filled[name], lambda load: load.rows)
        if usual is None or facts.newest.rows < FEW_ROWS:
            yield _not_asked(facts, f"filled_{column}", WARN, words, reason, _few_habits(facts))
            continue
        least = max(0.0, usual - DRIFT)
        yield _on_newest(
            facts, f"filled_{column}", WARN, f"{column} is filled in at least {share(least)} of the {_NEWEST} "
            f"({share(usual)} before)", reason,
            "ExpectColumnValuesToNotBeNull", {"column": f"filled_{column}", "mostly": least},
            found_outside("are empty"), f"filled_{column} is null",
        )  # fmt: skip


def skew(facts: Facts, as_of: datetime):
    """How far the instants of what happened are from when it became known."""
    if facts.profile.happened_at is None:
        return
    name = facts.profile.happened_at
    words, reason = f"{name} is before the load", "a clock ahead, or local time without its offset, moves periods"
    if facts.late_asked < FEW_ROWS:
        yield _not_asked(facts, "ahead", WARN, words, reason, _few_rows(facts))
    else:
        yield _on_newest(
            facts, "ahead", WARN, f"at most 10 % of the {_NEWEST} have a {name} after their _loaded_at", reason,
            "ExpectColumnValuesToBeBetween", {"column": "days_late", "min_value": 0, "mostly": 0.9},
            found_outside("are ahead"), "days_late < 0",
        )  # fmt: skip
    words, reason = "few rows are late", "what is known after the grace of its period is not billed for it"
    if facts.late_asked < FEW_ROWS or len(facts.earlier) < FEW_LOADS:
        yield _not_asked(facts, "late", WARN, words, reason, _few_habits(facts))
        return
    yield _on_newest(
        facts, "late", WARN, f"at most 20 % of what is new in the newest load became known more than {LATE_DAYS} days "
        f"after its {name}", reason,
        "ExpectColumnValuesToBeBetween", {"column": "days_late", "max_value": LATE_DAYS, "mostly": 0.8},
        found_outside("are late"), f"days_late > {LATE_DAYS}",
    )  # fmt: skip


def parents(facts: Facts, as_of: datetime):
    """What the rows belong to has landed too."""
    if facts.profile.parent is None:
        return
    column, table = facts.profile.parent
    words = f"the {table} of the rows have landed"
    reason = "rows are rejected until what they belong to lands, and by then may be too late for their period"
    if facts.parents_asked < FEW_ROWS:
        yield _not_asked(facts, "parents", WARN, words, reason, _few_rows(facts))
        return
    yield _on_newest(
        facts, "parents", WARN, f"the {column} of at least 80 % of the {_NEWEST} has landed in {table}", reason,
        "ExpectColumnMeanToBeBetween", {"column": "parent_is_landed", "min_value": 0.8}, found_share("have landed"),
        f"parent_hash not in (select key_hash from keys.{table})",
    )  # fmt: skip


TABLE_EXPECTATIONS = (
    volume, freshness, readable, some_account, deleted, redelivered, words_of, free, amounts, filled, skew, parents,
)  # fmt: skip


def _on_newest(
    facts, name, severity, words, reason, kind, arguments, found, rows="true", detail="", everywhere=False
) -> Expectation:
    """An expectation on the table of the newest load; the rows to look at are in it too, or `everywhere`."""
    return Expectation(
        f"{facts.name}.{name}", facts.name, f"newest_load_{facts.name}", severity, words, reason, kind, arguments,
        found, rows if everywhere else f"{facts.newest_load} and {rows}", detail,
    )  # fmt: skip


def _not_asked(facts: Facts, name: str, severity: str, words: str, reason: str, why: str) -> NotAsked:
    return NotAsked(f"{facts.name}.{name}", facts.name, severity, words, reason, why)


def _few_rows(facts: Facts, earlier: int | None = None) -> str:
    before = "" if earlier is None else f", {count(earlier)} before"
    return f"{count(facts.newest.rows)} rows in the newest load{before}: too few to tell"


def _few_habits(facts: Facts) -> str:
    rows = sum(load.rows for load in facts.earlier)
    return f"{len(facts.earlier)} earlier loads with {count(rows)} rows: too few to know what is usual"


def _earlier_share(facts: Facts, part, whole) -> float | None:
    """A share of the rows of the earlier loads; None with too few of them."""
    rows = sum(whole(load) for load in facts.earlier)
    return sum(part(load) for load in facts.earlier) / rows if rows >= FEW_ROWS else None


def _tenth(values: list, highest: bool = False):
    """The 10th percentile, or the 90th."""
    ordered = sorted(values)
    at = (len(ordered) - 1) // 10
    return ordered[-1 - at] if highest else ordered[at]


def _sql_list(words: list[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
