"""Counts over the edits of a landing zone as users of an engine would write them: no rules, time zones, closed periods
or evidence. Each runs in a process of its own: python -m benchmarks.counts NAME LANDING

`plain` is what the others are held against: clients by account and calendar month, whatever was delivered twice. The
exact ones take the first delivery of each edit and then count; their sum of counts is printed, and has to be the same.
"""

import sys
from pathlib import Path

_DUCKDB = {
    "plain": """
        select account_id, date_trunc('month', edited_at) as month_on, count(distinct customer_id) as clients
        from read_parquet('{files}', hive_partitioning = false)
        group by all
        """,
    "duckdb": """
        with firsts as (
            select distinct on (edit_id) account_id, customer_id, edited_at
            from read_parquet('{files}', hive_partitioning = false)
            order by edit_id, _loaded_at
        )

        select account_id, date_trunc('month', edited_at) as month_on, count(distinct customer_id) as clients
        from firsts
        group by all
        """,
}

_CHDB = """
    select sum(clients) from (
        select account_id, month_on, uniqExact(customer_id) as clients
        from (
            select
                argMin(account_id, _loaded_at) as account_id,
                argMin(customer_id, _loaded_at) as customer_id,
                toStartOfMonth(argMin(edited_at, _loaded_at)) as month_on
            from file('{files}', Parquet)
            group by edit_id
        )
        group by account_id, month_on
    )
    """


def by_duckdb(name: str, landing: Path) -> int:
    import duckdb

    counts = _DUCKDB[name].format(files=str(landing / "edits" / "**" / "*.parquet").replace("'", "''"))
    with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
        return connection.sql(f"select sum(clients) from ({counts})").fetchone()[0]


def by_polars(landing: Path) -> int:
    import polars as pl

    edits = pl.scan_parquet(landing / "edits" / "**" / "*.parquet", hive_partitioning=False)
    firsts = edits.group_by("edit_id").agg(
        pl.col("account_id", "customer_id", "edited_at").sort_by("_loaded_at").first(),
    )
    counts = firsts.group_by("account_id", pl.col("edited_at").dt.truncate("1mo")).agg(
        pl.col("customer_id").drop_nulls().n_unique().alias("clients")
    )
    return counts.select(pl.col("clients").sum()).collect(engine="streaming").item()


def by_chdb(landing: Path) -> int:
    import chdb

    files = str(landing / "edits" / "**" / "*.parquet").replace("'", "\\'")
    return int(str(chdb.query(_CHDB.format(files=files))).strip())


def main(name: str, landing: str) -> None:
    """Print the sum of the counts."""
    count = {"polars": by_polars, "chdb": by_chdb}.get(name) or (lambda place: by_duckdb(name, place))
    print(count(Path(landing)))


if __name__ == "__main__":
    main(*sys.argv[1:])
