"""Nights of a warehouse made by hand, and what a database that they were published into shows to its readers."""

import shutil
from collections import Counter
from pathlib import Path

import duckdb
import psycopg

from headcount.project import PROJECT
from tests.support.contents import contents

# Of a night: its instant, how many users, in the list of sources too, and the billed amount. Readers ask for it in one go.
FIGURES = """
    select
        (select max(as_of_at) from {schema}.published_runs),
        (select max(as_of_at) from {schema}.runs),
        (select count(*) from {schema}.fct_active_users),
        (select cast(sum(active_users) as bigint) from {schema}.fct_active_user_counts),
        (select count(distinct (account_id, location_id, period_start_at, customer_id))
            from {schema}.active_user_explanations where is_counted),
        (select sum(amount) from {schema}.fct_billing_lines)
"""

_NIGHT = """
    create temporary table late as
        select users.* replace ('late ' || number || '-' || row_number() over () as customer_id)
        from marts.fct_active_users as users, (select {number} as number)
        order by hash(users.customer_id || '{number}') limit {users};
    insert into marts.fct_active_users select * from late;
    insert into marts.fct_active_user_sources
        select late.account_id, late.location_id, late.period_start_at, late.period_start_on, late.customer_id,
            {others}
        from late, (select * from marts.fct_active_user_sources order by all limit 1) as one;
    update marts.fct_active_user_counts as counts set active_users = active_users + more.users
        from (select account_id, location_id, period_start_at, count(*) as users from late group by all) as more
        where (counts.account_id, counts.location_id, counts.period_start_at)
            = (more.account_id, more.location_id, more.period_start_at);
    update marts.dim_customers set status = case status when 'active' then 'suspended' else 'active' end
        where hash(customer_id || '{number}') % 7 = 0;
    delete from marts.fct_live_vs_invoiced where hash(customer_id || '{number}') % 5 = 0;
    insert into marts.fct_billing_lines
        select * replace ('line ' || {number} as billing_line_id, 'KWD' as currency, 0.001 * {number} as amount)
        from marts.fct_billing_lines order by billing_line_id limit 1;
    insert into marts.runs select * replace (as_of_at + interval 1 day as as_of_at)
        from marts.runs order by as_of_at desc limit 1;
    drop table late;
"""

# The least and the greatest value of each type that both databases and Python can hold; texts and codes are made up.
_EXTREMES = {
    "BIGINT": ("-9223372036854775808", "9223372036854775807"),
    "BOOLEAN": ("false", "true"),
    "DATE": ("date '0001-01-01'", "date '9999-12-31'"),
    "DECIMAL(18,6)": ("-999999999999.999999", "999999999999.999999"),
    "DECIMAL(38,6)": ("-99999999999999999999999999999999.999999", "99999999999999999999999999999999.999999"),
    "INTEGER": ("-2147483648", "2147483647"),
    "TIMESTAMP": ("timestamp '0001-01-01 00:00:00.000001'", "timestamp '9999-12-31 23:59:59.999999'"),
    "VARCHAR": ("'least'", "'greatest'"),
}


def add_extremes(warehouse: Path) -> None:
    """Add to each mart of a file a row with the least and one with the greatest value in each column, so that none is
    without rows. Currencies are those with no and with three digits. Nights (`runs`) stay as they are."""
    with duckdb.connect(str(warehouse)) as connection:
        columns = connection.execute(
            "select table_name, list((column_name, data_type) order by column_index) from duckdb_columns() "
            "where schema_name = 'marts' and table_name in (select table_name from duckdb_tables()) and table_name != 'runs' "
            "group by table_name"
        ).fetchall()
        for mart, named in columns:
            for place, currency in ((0, "'JPY'"), (1, "'KWD'")):
                row = [currency if name == "currency" else _EXTREMES[kind][place] for name, kind in named]
                connection.execute(f"insert into marts.{mart} values ({', '.join(row)})")


def next_night(warehouse: Path, file: Path, number: int, users: int = 3) -> Path:
    """A copy of the warehouse in `file` as it might be a day later: some users and a line more, some of the rest other."""
    if file != warehouse:
        shutil.copyfile(warehouse, file)
    with duckdb.connect(str(file)) as connection:
        columns = [name for name, *_ in connection.execute("describe marts.fct_active_user_sources").fetchall()]
        others = ", ".join(f"one.{name}" for name in columns[5:])
        connection.execute(_NIGHT.format(number=number, users=users, others=others))
    return file


def figures_of(warehouse: Path) -> tuple:
    """What readers of a night have to see, from its file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("create temporary view published_runs as from marts.runs")
        return connection.execute(FIGURES.format(schema="marts").replace("marts.published_runs", "published_runs")).fetchone()


def readers(owner: str) -> str:
    """The statements that the page shows for the role `analysts`, which may only read, and no names."""
    first, page = "create role analysts;", (PROJECT / "docs" / "publish.md").read_text("utf-8")
    return first + page.split(first)[1].split("```")[0].replace("role headcount", f"role {owner}")


def marts_of(warehouse: Path) -> dict[str, Counter]:
    """Every row of every mart of a file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return contents(connection, leave_out=set())


def published(url: str, like: Path, schema: str = "marts") -> dict[str, Counter]:
    """Every row of every mart that was published, with its columns in the order of a file."""
    with duckdb.connect(str(like), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, string_agg('\"' || column_name || '\"', ', ' order by ordinal_position) "
            "from information_schema.columns where table_schema = 'marts' group by table_name"
        ).fetchall()
    with psycopg.connect(url) as connection:
        return {
            mart: Counter(connection.execute(f'select {names} from "{schema}"."{mart}"').fetchall())
            for mart, names in sorted(columns)
        }
