"""The checks of an export: its files read back from the disk, before the folder gets the name that consumers look for.

The manifest they are held against is `manifest.json` with `files`: name -> {rows, sha256, totals: {currency: text}}.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb

from headcount.expectations import library
from headcount.expectations.check import STOP, Check, count, parts
from headcount.exports.files import sha256
from headcount.project import SEEDS
from headcount.spelling import decimal
from headcount.warehouse import BESIDE_ROWS, first_line, in_memory

STEMS = ("billing_lines", "active_users")
FORMATS = ("parquet", "csv")
NEEDED = {"billing_lines": ("billing_line_id", "amount", "currency"), "active_users": ("customer_id",)}
MANIFEST = "manifest.json"
# An account can be a person's practice, so its name is one too. Ids only.
_PERSONAL = re.compile(
    r"(^|_)(display|first|last|full|given|family|sur|customer|client|member|user|account|payer|contact)_?names?$"
    r"|e_?mail|phone|mobile|address|birth|gender|passport|iban",
    re.IGNORECASE,
)
_DECIMAL = r"-?[0-9]+([.][0-9]+)?"
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z"
# A text that a spreadsheet would run: a CSV has a ' before it.
_RUN = r"^[=+@\t\r-]"


def check_export(folder: Path, expected: dict) -> list[str]:
    """What is wrong with a written export, one line each; an empty list when all of it holds.

    `expected`: file stem -> {"rows": int, "totals": {currency: Decimal}}, the figures of the marts.
    """
    names = [f"{stem}.{form}" for stem in STEMS for form in FORMATS]
    if missing := [name for name in [*names, MANIFEST] if not (folder / name).is_file()]:
        return [f"{name}: the file is missing" for name in missing]
    others = sorted(path.name for path in folder.iterdir() if path.name not in {*names, MANIFEST})
    wrong = [f"{name}: does not belong in an export" for name in others]
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        manifest = {name: manifest[name] for name in names}
    except (ValueError, KeyError, TypeError) as error:
        return [*wrong, f"{MANIFEST}: cannot be read or names not every file ({error!r})"]
    wrong += [
        f"{name}: SHA-256 is not the one in the manifest" for name in names
        if sha256(folder / name) != manifest[name].get("sha256")
    ]  # fmt: skip
    with in_memory() as connection:
        connection.execute(f"set memory_limit = '{BESIDE_ROWS}'")
        for stem in STEMS:
            try:
                columns = _read_back(connection, folder, stem)
                wrong += _unlike(connection, stem, columns, manifest, expected[stem])
            except duckdb.Error as error:
                wrong.append(f"{stem}: cannot be read back ({first_line(error)})")
    return wrong


def _read_back(connection, folder: Path, stem: str) -> dict[str, str]:
    """Tables export_<stem>_parquet and _csv, all text; returns the Parquet columns with their types."""
    connection.execute(
        f"create table export_{stem}_parquet as select * from read_parquet(?, hive_partitioning = false)",
        [str(folder / f"{stem}.parquet")],
    )
    # Every value as text: a decimal read as a double would lose what is to be checked.
    connection.execute(
        f"create table export_{stem}_csv as select * from read_csv(?, header = true, all_varchar = true, delim = ',', "
        "quote = '\"', escape = '\"', comment = '', nullstr = '', strict_mode = true, hive_partitioning = false)",
        [str(folder / f"{stem}.csv")],
    )
    found = connection.execute(f"describe export_{stem}_parquet").fetchall()
    return {name: data_type for name, data_type, *_ in found}


def _unlike(connection, stem: str, columns: dict[str, str], manifest: dict, expected: dict) -> Iterator[str]:
    """Everything in which the files of a stem are not what they should be."""
    header = [name for name, *_ in connection.execute(f"describe export_{stem}_csv").fetchall()]
    yield from (f"{stem}: column {name} is personal data" for name in columns if _PERSONAL.search(name))
    if absent := [name for name in NEEDED[stem] if name not in columns]:
        yield f"{stem}: no column {', '.join(absent)}"
        return
    if header != list(columns):
        yield f"{stem}: the columns of the CSV are not those of the Parquet file: {', '.join(header)}"
        return
    asked = {form: list(_checks(connection, stem, form, expected["rows"])) for form in FORMATS}
    failing = library.failing(one for checks in asked.values() for one in checks)
    for form, checks in asked.items():
        yield from (f"{stem}.{form}: expected {one.expected}; found {one.found}" for one in checks if one.check in failing)
        if manifest[f"{stem}.{form}"].get("rows") != expected["rows"]:
            yield f"{MANIFEST}: {stem}.{form} has {manifest[f'{stem}.{form}'].get('rows')} rows, not {expected['rows']}"
        if repeated := _repeated(connection, f"export_{stem}_{form}"):
            yield f"{stem}.{form}: {repeated} rows are there twice"
    if not any(name.endswith(".rows") for name in failing):
        yield from _csv_unlike_parquet(connection, stem, columns)
    yield from _totals_unlike(connection, stem, columns, manifest, expected["totals"])


def _checks(connection, stem: str, form: str, rows: int) -> Iterator[Check]:
    """What is expected of one file; none of it may fail."""
    table, names = f"export_{stem}_{form}", NEEDED[stem]
    filled = ", ".join(f"count({name})" for name in names)
    there, *having = connection.execute(f"select count(*), {filled} from {table}").fetchone()

    def check(name: str, words: str, found: str, figure: int, wanted: int) -> Check:
        return Check(f"{stem}.{form}.{name}", stem, STOP, words, "", found, ((figure, wanted, wanted),))

    yield check("rows", f"{rows} rows, as in the marts", f"{count(there)} rows", there, rows)
    for name, those in zip(names, having):
        yield check(f"{name}_filled", f"{name} in every row", f"{there - those} rows without", those, there)
    if stem == "billing_lines":
        (again,) = connection.execute(
            f"select coalesce(sum(times), 0)::bigint from (select count(billing_line_id) as times from {table} "
            "group by billing_line_id having times > 1)"
        ).fetchone()
        yield check("unique", "every billing_line_id once", parts(again, having[0], "are there more than once"), again, 0)


def _repeated(connection, table: str) -> int:
    return connection.execute(
        f"select (select count(*) from {table}) - (select count(*) from (select distinct * from {table}))"
    ).fetchone()[0]


def _csv_unlike_parquet(connection, stem: str, columns: dict[str, str]) -> Iterator[str]:
    """Row by row, column by column, in the order of the files."""
    unlike = [f"count(*) filter (not {_same(name, kind)})" for name, kind in columns.items()]
    landed = ", ".join(f'"{name}" as "csv_{name}"' for name in columns)
    counts = connection.execute(
        f"select {', '.join(unlike)} from export_{stem}_parquet "
        f"positional join (select {landed} from export_{stem}_csv) as read_back"
    ).fetchone()
    for name, unlike in zip(columns, counts):
        if unlike:
            yield f"{stem}: {name} is not the same in {unlike} rows of the CSV and the Parquet file"
    if stem == "billing_lines":
        yield from _wrong_digits(connection)


def _same(name: str, kind: str) -> str:
    """SQL that is true when the text of the CSV spells the value of the Parquet file."""
    value, text = f'"{name}"', f'"csv_{name}"'
    if kind.startswith("DECIMAL"):
        same = f"regexp_full_match({text}, '{_DECIMAL}') and try_cast({text} as decimal(38, 9)) = {value}"
    elif kind.startswith("TIMESTAMP"):
        moment = f"cast({value} as timestamp)"
        read = f"cast(try_cast({text} as timestamptz) as timestamp)"
        same = f"regexp_full_match({text}, '{_INSTANT}') and {read} = {moment}"
    elif kind in ("VARCHAR", "TEXT"):
        same = f"{text} = case when regexp_matches({value}, '{_RUN}') then chr(39) || {value} else {value} end"
        return f"coalesce({same}, coalesce({text}, '') = '' and coalesce({value}, '') = '')"
    elif kind in ("FLOAT", "DOUBLE"):
        same = "false"
    else:
        same = f"{text} = cast({value} as varchar)"
    return f"coalesce({same}, {text} is null and {value} is null)"


def _wrong_digits(connection) -> Iterator[str]:
    currencies = str(SEEDS / "maps" / "map_currencies.csv")
    wrong = connection.execute(
        "select count(*) from export_billing_lines_csv as lines inner join "
        "read_csv(?, header = true, all_varchar = true) as currencies on lines.currency = currencies.currency "
        "where length(split_part(lines.amount, '.', 2)) != cast(currencies.minor_units as integer)",
        [currencies],
    ).fetchone()[0]
    if wrong:
        yield f"billing_lines.csv: {wrong} amounts are not written with the digits of their currency"


def _totals_unlike(connection, stem: str, columns: dict[str, str], manifest: dict, totals: dict) -> Iterator[str]:
    """Totals for each currency: of both files, of the manifest and of the marts."""
    wanted = {currency: Decimal(total) for currency, total in totals.items()}
    for form in FORMATS:
        found = _totals(connection, f"export_{stem}_{form}") if "amount" in columns else {}
        told = manifest[f"{stem}.{form}"].get("totals") or {}
        told = {currency: Decimal(str(total)) for currency, total in told.items()}
        for what, have in ((f"{stem}.{form}", found), (f"{MANIFEST}: {stem}.{form}", told)):
            for currency in sorted({*wanted, *have}):
                if have.get(currency) != wanted.get(currency):
                    have_, want = have.get(currency), wanted.get(currency)
                    yield f"{what}: total in {currency} is {_shown(have_)}, in the marts {_shown(want)}"


def _totals(connection, table: str) -> dict[str, Decimal]:
    """Sums for each currency, exact; an amount that is no decimal counts as nothing (it differs from its twin)."""
    return dict(
        connection.execute(
            f"select currency, coalesce(sum(try_cast(amount as decimal(38, 9))), 0) from {table} "
            "where currency is not null group by currency"
        ).fetchall()
    )


def _shown(total: Decimal | None) -> str:
    return "nothing" if total is None else decimal(total)
