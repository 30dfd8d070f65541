"""What is worth watching in each landed table, as the source definitions say it of its columns (`watch`)."""

from dataclasses import dataclass
from functools import cache

from headcount.landing import Table, landing_contract
from headcount.seeds import rows


@dataclass(frozen=True)
class Profile:
    """What is measured of a table.

    `happened_at`: when it happened; `money`: an amount whose size and share of zero have habits; `words`: columns with
    few values; `filled`: optional columns in which an empty value means something; `parent`: (column, table) that has
    to land before the row counts.
    """

    happened_at: str | None = None
    money: str | None = None
    words: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    parent: tuple[str, str] | None = None


def profile_of(table: Table) -> Profile:
    """What is measured of a landed table; nothing but its rows where no column is watched."""
    watched = {
        habit: [column for column in table.columns if habit in column.watch]
        for habit in ("happened", "money", "words", "filled", "parent")
    }
    names = {habit: tuple(column.name for column in columns) for habit, columns in watched.items()}
    parents = [(column.name, column.refers_to.split(".")[0]) for column in watched["parent"]]
    first = {habit: next(iter(found), None) for habit, found in names.items()}
    return Profile(first["happened"], first["money"], names["words"], names["filled"], next(iter(parents), None))


@cache
def known_words(column: str) -> tuple[str, ...]:
    """The words of a column that the contract or a rule names, sorted; none where neither does.

    Words that the contract does not allow are rejected; others are accepted and counted by no rule.
    """
    if column == "product":
        return _seed("rules/rule_rulesets.csv", "product")
    if column in _ACTIVITIES:
        prefix = _ACTIVITIES[column]
        named = (word.removeprefix(prefix) for word in _seed("rules/rule_conditions.csv", "activity_type", prefix))
        return tuple(word for word in named if word != "*")
    stated = (one for table in landing_contract().values() for one in table.columns if one.name == column)
    return tuple(sorted({word for one in stated for word in one.allowed}))


# How a rule names what a row with the word is.
_ACTIVITIES = {"edit_kind": "edit:", "line_type": "invoice_line:"}


def _seed(name: str, column: str, prefix: str = "") -> tuple[str, ...]:
    return tuple(sorted({row[column] for row in rows(name) if row[column].startswith(prefix)}))
