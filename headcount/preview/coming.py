"""The platform invoices of a preview: one of each account that is billed since the last one, all at one instant."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

# An invoice that names no location ends the period of every one.
_ACCOUNTS = """
    select distinct account_id from intermediate.int_locations__placed
    where is_metered
        and period = 'since_last_invoice'
        and metered_from_at < $ends_at
        and ($everyone or account_id in (select unnest($accounts)))
    order by account_id
"""
_TAKEN = "select 1 from intermediate.int_platform_invoices__chosen where starts_with(platform_invoice_id, $1) limit 1"


def land_invoices(connection, landing: Path, ends_at: datetime, accounts: list[str]) -> None:
    """Write a landing zone with nothing else in it: the warehouse has read the real one. An invoice is known when it is
    issued, as one that comes at once."""
    ends_at = ends_at.replace(tzinfo=None)
    asked = {"ends_at": ends_at, "everyone": not accounts, "accounts": accounts}
    billed = [account for (account,) in connection.execute(_ACCOUNTS, asked).fetchall()]
    name = "preview:"
    while connection.execute(_TAKEN, [name]).fetchone():
        name = "_" + name
    instants = pa.array([ends_at] * len(billed), pa.timestamp("us"))
    folder = landing / "platform_invoices"
    folder.mkdir(parents=True)
    table = {"platform_invoice_id": pa.array([name + account for account in billed], pa.string())}
    table |= {"account_id": pa.array(billed, pa.string()), "invoiced_at": instants, "_loaded_at": instants}
    pq.write_table(pa.table(table), folder / "preview.parquet")
