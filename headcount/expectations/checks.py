"""What is expected of each landed table as a whole, measured by what its earlier loads were like.

Nothing here repeats the judging of single rows. A habit is asked for only with enough rows and loads to have one, so
that a new vendor, a small table or an empty zone passes. To add a check: a function in TABLE_CHECKS that yields one, asked
or not; and a test that sees it hold and fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from headcount.expectations.check import STOP, WARN, Check, count, decimal, parts, share
from headcount.expectations.measures import LATE_DAYS, Facts
from headcount.expectations.profiles import known_words
from headcount.spelling import instant

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

_NEWEST = "rows of the newest load"


@dataclass(frozen=True)
class Question:
    """A check before it is known whether there is ground to ask it: `words` say it in short."""

    facts: Facts
    name: str
    words: str
    reason: str
    severity: str = WARN

    def no(self, why: str) -> Check:
        return Check(f"{self.facts.name}.{self.name}", self.facts.name, self.severity, self.words, self.reason, why)

    def yes(self, expected, found, *figures, rows="true", detail="", everywhere=False) -> Check:
        """The rows to look at are in the newest load too, or `everywhere`."""
        rows = rows if everywhere else f"{self.facts.newest_load} and {rows}"
        name = f"{self.facts.name}.{self.name}"
        return Check(name, self.facts.name, self.severity, expected, self.reason, found, figures, rows, detail)

    def few_rows(self, earlier: int | None = None) -> Check:
        before = "" if earlier is None else f", {count(earlier)} before"
        return self.no(f"{count(self.facts.loads[0].rows)} rows in the newest load{before}: too few to tell")

    def few_habits(self) -> Check:
        rows = sum(load.rows for load in self.facts.earlier)
        return self.no(f"{len(self.facts.earlier)} earlier loads with {count(rows)} rows: too few to know what is usual")


def checks(facts: dict[str, Facts], as_of: datetime) -> list[Check]:
    """Those of the zone, then those of each table that has rows; what is not asked comes last of its table."""
    found = [[*zone_checks([*facts.values()], as_of)]]
    found += [[one for make in TABLE_CHECKS for one in make(table, as_of)] for table in facts.values() if table.rows]
    return [one for suite in found for one in sorted(suite, key=lambda one: not one.figures)]


def zone_checks(tables: list[Facts], as_of: datetime) -> Iterator[Check]:
    """What is expected of the tables together."""
    moments = [one.newest_at for one in tables if one.rows]
    if moments:
        yield Check(
            "zone.freshness", "zone", WARN,
            f"something was loaded after {instant(as_of - STALE)}, {STALE.days} days before the run",
            "nothing that happened since is billed; what comes later than the grace of a period is not billed for it",
            instant(max(moments)), (_not_before(max(moments), as_of - STALE),), "newest_at is not null",
        )  # fmt: skip
        landed = any(one.name == "accounts" and one.rows for one in tables)
        yield Check(
            "zone.accounts", "zone", WARN, "accounts have landed when anything else has",
            "every row belongs to an account; without accounts all are rejected",
            "accounts" if landed else "no account", ((int(landed), 1, None),), "table_name = 'accounts'",
        )  # fmt: skip
    if any(one.rows or one.undated_rows for one in tables):
        files = sum(one.undated_files for one in tables)
        yield Check(
            "zone.undated_files", "zone", WARN, "no file has mostly rows without a readable _loaded_at",
            "such rows belong to no load and are rejected, every one: the sender writes another format",
            f"{count(files)} files", ((files, None, 0),), "undated_files > 0",
        )  # fmt: skip


def volume(facts: Facts, as_of: datetime):
    """Rows of the newest load."""
    ask = Question(facts, "volume", "as many rows as earlier loads", "a cut or doubled load is billed as it stands")
    rows = [load.rows for load in facts.earlier]
    if len(rows) < FEW_LOADS or _tenth(rows) < FEW_ROWS:
        yield ask.few_habits()
        return
    least, most = int(_tenth(rows) / 3), 3 * _tenth(rows, highest=True)
    yield ask.yes(
        f"between {count(least)} and {count(most)} rows in the newest load, from a third of the 10th to three times the "
        f"90th percentile of the {len(rows)} loads before",
        f"{count(facts.loads[0].rows)} rows", (facts.loads[0].rows, least, most),
    )  # fmt: skip


def freshness(facts: Facts, as_of: datetime):
    """The newest row against the run's instant."""
    reason = "a table that stopped arriving looks like customers who stopped coming"
    ask = Question(facts, "freshness", "loaded as often as before", reason)
    if len(facts.earlier) < REGULAR_LOADS:
        yield ask.few_habits()
        return
    moments = [load.last_at for load in facts.loads]
    since = as_of - max(STALE, 2 * max(later - earlier for later, earlier in zip(moments, moments[1:])))
    yield ask.yes(
        f"loaded after {instant(since)} (the run less three days, or less twice the longest pause of the last "
        f"{len(moments)} loads)", instant(facts.newest_at), _not_before(facts.newest_at, since),
    )  # fmt: skip


def readable(facts: Facts, as_of: datetime):
    """Rows with a value missing or unreadable: some are the judging's matter, most of a load is a broken sender."""
    newest = facts.loads[0]
    usual = _earlier_share(facts, lambda load: load.rows - load.readable, lambda load: load.rows)
    least, part = 1 - max(0.05, min(1.0, 2 * (usual or 0))), newest.readable / newest.rows
    found, rows = f"{share(part)} can be read", "is_readable = 0"
    ask = Question(facts, "readable", "nearly all rows can be read", "unreadable rows are rejected and not billed")
    expected = f"at least {share(least)} of the {_NEWEST} can be read"
    yield ask.few_rows() if newest.rows < FEW_ROWS else ask.yes(expected, found, (part, least, None), rows=rows)
    words = f"at least half of the {_NEWEST} can be read"
    reason = "with most of a load rejected, the bills of the night are certainly too low"
    ask = Question(facts, "mostly_readable", words, reason, STOP)
    if newest.rows < ROWS_TO_STOP:
        yield ask.few_rows()
    elif usual is not None and usual >= 0.2:
        yield ask.no(f"{share(usual)} of the earlier rows cannot be read either: the run goes on without them, as before")
    else:
        yield ask.yes(words, found, (part, 0.5, None), rows=rows)


def some_account(facts: Facts, as_of: datetime):
    """Accounts that can be read at all."""
    if facts.name != "accounts":
        return
    words, reason = "some account can be read", "without accounts every row is rejected and nothing is billed"
    ask = Question(facts, "some_account", words, reason, STOP)
    if facts.rows < ACCOUNTS_TO_STOP:
        yield ask.no(f"{count(facts.rows)} rows have landed, too few")
        return
    found = f"{count(facts.readable_rows)} of the accounts rows can be read"
    yield ask.yes(words, found, (facts.readable_rows, 1, None), rows="is_readable = 0", everywhere=True)


def deleted(facts: Facts, as_of: datetime):
    """Deletions: a few are life, all at once is a mishap of the sender."""
    if facts.table.kind != "record":
        return
    ask = Question(facts, "deletions", "few of the rows are deletions", "what is deleted is not billed from then on")
    part = facts.newest.deleted / facts.loads[0].rows
    yield (
        ask.few_rows()
        if facts.loads[0].rows < FEW_ROWS
        else ask.yes(
            f"at most half of the {_NEWEST} are deletions",
            f"{share(part)} are deletions",
            (part, None, 0.5),
            rows="is_deleted = 1",
        )
    )
    words, reason = "not every record is deleted", "a table emptied by deletions is a mishap that would be billed"
    ask = Question(facts, "not_all_deleted", words, reason, STOP)
    if facts.keys_before < KEYS_TO_STOP:
        yield ask.no(f"{count(facts.keys_before)} records in earlier loads, too few")
        return
    found = f"{count(facts.kept_keys)} records that are not deleted"
    yield ask.yes(words, found, (facts.kept_keys, 1, None), rows="is_deleted = 1", everywhere=True)


def redelivered(facts: Facts, as_of: datetime):
    """How often a load says the same thing again."""
    reason = "redeliveries change nothing, but a load that is mostly repeats may lack what it should hold"
    ask = Question(facts, "redelivered", "few rows are delivered twice in a load", reason)
    part = facts.newest.deliveries / facts.loads[0].rows
    said = "are deliveries of their own"
    expected = f"at least 70 % of the {_NEWEST} {said}"
    yield ask.few_rows() if facts.loads[0].rows < FEW_ROWS else ask.yes(expected, f"{share(part)} {said}", (part, 0.7, None))


def words_of(facts: Facts, as_of: datetime):
    """Columns with few words: known ones, no new ones, none that went missing."""
    for column, found in facts.words.items():
        asked, rows, earlier = (sum(counts[at] for counts in found.values()) for at in range(3))
        known = known_words(column)
        unknown = {word: counts for word, counts in found.items() if word not in known}
        reason = "unknown words are rejected or counted by no rule"
        ask = Question(facts, f"known_{column}", f"{column} is mostly a word that is known", reason)
        if rows < FEW_ROWS:
            yield ask.few_rows()
        elif not known:
            yield ask.no("no rule names a word of it")
        else:
            expected = f"{column} of at least half of the {_NEWEST} is one of {_listed(known)}"
            yield _among(ask, column, known, unknown, expected, "are other words", asked, 0.5)
        reason = "a word that the sender renamed stops counting in silence"
        ask = Question(facts, f"new_{column}", f"{column} is as in earlier loads", reason)
        if rows < FEW_ROWS or earlier < FEW_ROWS:
            yield ask.few_rows(earlier)
            continue
        seen = sorted({*known, *(word for word, counts in found.items() if counts[2])})
        new = {word: counts for word, counts in unknown.items() if word not in seen}
        expected = f"{column} of at least 95 % of the {_NEWEST} is a word that is known or was seen before"
        yield _among(ask, column, seen, new, expected, "are new words", asked, 0.95)
        yield _usual_words(facts, column, found, rows, earlier)


def _among(ask: Question, column: str, words, others: dict, expected: str, said: str, asked: int, mostly: float) -> Check:
    """Of the rows with a word, how many have one of the others; the most frequent of these are named."""
    wrong = sum(counts[0] for counts in others.values())
    most = [f"{word[:40]!r} ({count(rows)})" for word, (_, rows, _) in others.items() if rows][:3]
    return ask.yes(
        expected, parts(wrong, asked, said), ((asked - wrong) / asked, mostly, None),
        rows=f"word_{column} not in ({_listed(words, escaped=True)})", detail="most often " + ", ".join(most) if most else "",
    )  # fmt: skip


def _usual_words(facts: Facts, column: str, found: dict, rows: int, earlier: int) -> Check:
    """A word with a tenth of the earlier rows is in a hundred new rows, but for one time in 37,000."""
    reason = "a kind that is no longer sent looks like customers who stopped"
    ask = Question(facts, f"usual_{column}", f"{column} still has the words that were usual", reason)
    usual = sorted(word for word, counts in found.items() if 10 * counts[2] >= earlier)
    if rows < ROWS_TO_STOP or len(facts.earlier) < FEW_LOADS or not usual:
        return ask.few_rows(earlier)
    missing = [repr(word) for word in usual if not found[word][0]]
    return ask.yes(
        f"every {column} with a tenth of the earlier rows is in the newest load: {', '.join(map(repr, usual))}",
        f"missing: {', '.join(missing)}" if missing else "all of them", (len(missing), None, 0),
    )  # fmt: skip


def free(facts: Facts, as_of: datetime):
    """The share of what is free: what is free and what is paid counts differently."""
    if facts.profile.money is None:
        return
    reason = "free and paid activity count differently: a lost price is a lost user"
    ask = Question(facts, "free", "as much is free as before", reason)
    usual = _earlier_share(facts, lambda load: load.free, lambda load: load.priced)
    newest = facts.loads[0]
    if usual is None or newest.priced < FEW_ROWS:
        yield ask.few_habits()
        return
    least, most, part = max(0.0, usual - DRIFT), min(1.0, usual + DRIFT), newest.free / newest.priced
    expected = f"between {share(least)} and {share(most)} of the {_NEWEST} are free ({share(usual)} before)"
    yield ask.yes(expected, f"{share(part)} are free", (part, least, most), rows="money = 0")


def amounts(facts: Facts, as_of: datetime):
    """Sum and size of amounts: cents for euros, or a currency's digits lost."""
    name, newest = facts.profile.money, facts.loads[0]
    if name is None:
        return
    reason = "amounts decide what is free, and what is sent twice adds up"
    ask = Question(facts, f"sum_{name}", f"the sum of {name} is as before", reason)
    sums = [load.amount for load in facts.earlier]
    if len(sums) < FEW_LOADS or _tenth(sums) <= 0 or newest.priced < FEW_ROWS:
        yield ask.few_habits()
    else:
        least, most = _tenth(sums) / 5, 5 * _tenth(sums, highest=True)
        yield ask.yes(
            f"the sum of {name} is between {decimal(least)} and {decimal(most)} (currencies together; a fifth to five times "
            f"the {len(sums)} loads before, without the outermost tenths)",
            decimal(newest.amount), tuple(float(figure) for figure in (newest.amount, least, most)),
        )  # fmt: skip
    ask = Question(facts, f"size_{name}", f"{name} is as large as before", "a price a hundred times too large is in cents")
    paid_before = sum(load.priced - load.free for load in facts.earlier)
    if facts.usual_amounts is None or min(facts.newest.paid, paid_before) < FEW_ROWS:
        yield ask.few_habits()
        return
    (median, high), (usual_median, usual_high) = facts.amounts, facts.usual_amounts
    bounds = [sorted((float(usual / 10), float(usual * 10))) for usual in facts.usual_amounts]
    figures = [(float(now), *bound) for now, bound in zip(facts.amounts, bounds)]
    yield ask.yes(
        f"median and 90th percentile of {name}, where it is not 0, within a tenth and ten times of the earlier "
        f"{decimal(usual_median)} and {decimal(usual_high)}",
        f"median {decimal(median)}, 90th percentile {decimal(high)}", *figures, rows="money != 0",
    )  # fmt: skip


def filled(facts: Facts, as_of: datetime):
    """Optional columns in which empty means something: a walk-in, no limit, every location."""
    newest = facts.loads[0]
    for column in facts.profile.filled:
        reason = "an empty value has a meaning of its own and is not rejected"
        ask = Question(facts, f"filled_{column}", f"{column} is filled as before", reason)
        usual = _earlier_share(facts, lambda load, name=column: load.filled[name], lambda load: load.rows)
        if usual is None or newest.rows < FEW_ROWS:
            yield ask.few_habits()
            continue
        least = max(0.0, usual - DRIFT)
        expected = f"{column} is filled in at least {share(least)} of the {_NEWEST} ({share(usual)} before)"
        found = parts(newest.rows - newest.filled[column], newest.rows, "are empty")
        yield ask.yes(expected, found, (newest.filled[column] / newest.rows, least, None), rows=f"filled_{column} is null")


def skew(facts: Facts, as_of: datetime):
    """How far the instants of what happened are from when it became known."""
    name, newest = facts.profile.happened_at, facts.newest
    if name is None:
        return
    asked, reason = newest.asked_late, "a clock ahead, or local time without its offset, moves periods"
    ask = Question(facts, "ahead", f"{name} is before the load", reason)
    yield ask.few_rows() if asked < FEW_ROWS else ask.yes(
        f"at most 10 % of the {_NEWEST} have a {name} after their _loaded_at", parts(newest.ahead, asked, "are ahead"),
        ((asked - newest.ahead) / asked, 0.9, None), rows="days_late < 0",
    )  # fmt: skip
    ask = Question(facts, "late", "few rows are late", "what is known after the grace of its period is not billed for it")
    if asked < FEW_ROWS or len(facts.earlier) < FEW_LOADS:
        yield ask.few_habits()
        return
    yield ask.yes(
        f"at most 20 % of what is new in the newest load became known more than {LATE_DAYS} days after its {name}",
        parts(newest.late, asked, "are late"), ((asked - newest.late) / asked, 0.8, None), rows=f"days_late > {LATE_DAYS}",
    )  # fmt: skip


def parents(facts: Facts, as_of: datetime):
    """What the rows belong to has landed too."""
    if facts.profile.parent is None:
        return
    column, table = facts.profile.parent
    reason = "rows are rejected until what they belong to lands, and by then may be too late for their period"
    ask = Question(facts, "parents", f"the {table} of the rows have landed", reason)
    asked = facts.newest.asked_parents
    if asked < FEW_ROWS:
        yield ask.few_rows()
        return
    part = facts.newest.parents / asked
    yield ask.yes(
        f"the {column} of at least 80 % of the {_NEWEST} has landed in {table}", f"{share(part)} have landed",
        (part, 0.8, None), rows=f"parent_hash not in (select key_hash from keys.{table})",
    )  # fmt: skip


TABLE_CHECKS = (
    volume, freshness, readable, some_account, deleted, redelivered, words_of, free, amounts, filled, skew, parents,
)  # fmt: skip


def _not_before(moment: datetime, least: datetime) -> tuple:
    """How long after: an instant itself would be rounded to a float."""
    return (moment - least).total_seconds(), 0, None


def _earlier_share(facts: Facts, part, whole) -> float | None:
    """A share of the rows of the earlier loads; None with too few of them."""
    rows = sum(whole(load) for load in facts.earlier)
    return sum(part(load) for load in facts.earlier) / rows if rows >= FEW_ROWS else None


def _tenth(values: list, highest: bool = False):
    """The 10th percentile, or the 90th."""
    ordered = sorted(values)
    at = (len(ordered) - 1) // 10
    return ordered[-1 - at] if highest else ordered[at]


def _listed(words, escaped: bool = False) -> str:
    return ", ".join("'" + (word.replace("'", "''") if escaped else word) + "'" for word in words)
