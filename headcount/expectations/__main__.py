"""The rows behind a finding of the landing checks.

`python -m headcount.expectations --landing DIR --as-of INSTANT CHECK` shows them as they landed, at most `--limit`
of them. They may hold personal data: for the eyes of who runs it.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import pyarrow as pa

from headcount import run
from headcount.errors import HeadcountError, UsageError
from headcount.expectations.checks import checks
from headcount.expectations.measures import measure, rows_read
from headcount.landing import Zone, inspect, landing_contract, take_stock
from headcount.warehouse import in_memory


def rows_behind(zone: Zone, as_of, check: str, limit: int) -> list[str]:
    """The rows a check is about, each as one line: file and raw record (a table of figures for the zone's checks)."""
    as_of = as_of.replace(tzinfo=None)
    with in_memory() as connection:
        facts = measure(connection, take_stock(zone, {}), as_of, every_row=True)
        asked = {one.check: one for one in checks(facts, as_of) if one.figures}
        if check not in asked:
            raise UsageError(f"check {check!r} is not asked of this zone; there are {', '.join(sorted(asked))}")
        one = asked[check]
        if one.table == "zone":
            figures = [
                {"table_name": table.name, "rows": table.rows, "newest_at": table.newest_at, "undated_files": table.undated_files}
                for table in facts.values()
            ]
            lines = connection.from_arrow(pa.Table.from_pylist(figures)).filter(one.rows).order("all")
            return [json.dumps(dict(zip(lines.columns, row)), default=str) for row in lines.fetchall()]
        table = landing_contract()[one.table]
        said = ", ".join(f"{c.name} := coalesce({c.name}_unread, cast({c.name} as varchar))" for c in table.columns)
        read = rows_read(table, f", _file, to_json(struct_pack({said})) as record")
        rows = connection.execute(
            f"select _file, record from ({read}) where ({one.rows}) and loaded_at <= timestamp '{as_of}' "
            f"order by all limit {limit}"
        ).fetchall()
        return [f"{file}\t{raw}" for file, raw in rows]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m headcount.expectations", description=__doc__.splitlines()[0])
    parser.add_argument("check", help="as the finding names it, like edits.volume")
    parser.add_argument("--landing", type=Path, default=os.environ.get("HEADCOUNT_LANDING"), required=False)
    parser.add_argument("--as-of", type=run.parse_instant, default=None)
    parser.add_argument("--limit", type=int, default=20)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.landing is None:
            raise UsageError("no landing zone: give --landing, or set HEADCOUNT_LANDING")
        zone = inspect(Path(chosen.landing).resolve())
        print("\n".join(rows_behind(zone, chosen.as_of or run.as_of(), chosen.check, max(1, chosen.limit))))
    except HeadcountError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
