"""What somebody has to look at after a night, the worst first: what is lost, what is wrong, what is about to be."""

import shlex
from decimal import Decimal

from headcount.spelling import money
from headcount.words import sentence

# Of a longer list of accounts, those that are worst off.
NAMED = 5


def attention(connection, export, warnings: list[str]) -> list[str]:
    """A line for each kind of trouble, with what it is about below it; none where nobody is needed."""
    return [
        *_unbilled(connection),
        *_without_package(connection),
        *_unreconciled(connection),
        *_over_limit(connection),
        *_held(export),
        *_thresholds(connection, export),
        *(f"warning     {text}" for text in warnings),
        *_rejected(connection),
    ]


def _unbilled(connection) -> list[str]:
    """What should have been billed and could not be."""
    rows = connection.execute(
        "select exception, count(*), count(distinct account_id) from marts.billing_exceptions "
        "group by exception order by count(*) desc, exception"
    ).fetchall()
    if not rows:
        return []
    total = sum(number for _, number, _ in rows)
    said = [f"{number:,}, of {_accounts(accounts)}: {sentence('exception', kind)} ({kind})" for kind, number, accounts in rows]
    return [f"not billed  {total:>9,} billing exceptions; see marts.billing_exceptions", *(f"{'':22}{line}" for line in said)]


def _without_package(connection) -> list[str]:
    """Accounts of products with packages whose users nothing bills, since they have none."""
    rows = connection.execute(
        f"""
        select account_id, active_clients from ({_ASKED_ABOUT})
        where plan is null and active_clients > 0
        order by active_clients desc, account_id
        """
    ).fetchall()
    if not rows:
        return []
    users = sum(clients for _, clients in rows)
    said = f"without a package, of {users:,} active users whom nothing bills"
    worst = _worst(f"{account} {clients:,}" for account, clients in rows)
    return [f"no package  {_accounts(len(rows), 9)} {said}: {worst}"]


# Of each account the period people ask about: the last that has ended, while none has the open one.
_ASKED_ABOUT = """
    select usage.*
    from marts.fct_package_usage as usage
    inner join marts.dim_billing_periods as periods
        on usage.account_id = periods.account_id
            and usage.account_id = periods.location_id
            and usage.period_start_at = periods.period_start_at
    qualify row_number() over (
        partition by usage.account_id
        order by periods.period_status = 'open', usage.period_start_at desc
    ) = 1
"""


def _unreconciled(connection) -> list[str]:
    """The vendor's invoices that nothing explains."""
    invoices, unexplained = connection.execute(
        "select count(*), count(*) filter (where explanation = 'unexplained') from marts.fct_invoice_reconciliation"
    ).fetchone()
    said = f"unexplained, of the vendor's {invoices:,} invoices; see marts.fct_invoice_reconciliation"
    return [f"reconciled  {unexplained:>9,} {said}"] if unexplained else []


def _over_limit(connection) -> list[str]:
    """Accounts that are over their limit in the open period, or were in the last one that has ended: the morning after a
    month has begun its users are few."""
    rows = connection.execute(
        f"""
        select account_id, max(active_clients), max_by(client_limit, active_clients)
        from (
            select account_id, active_clients, client_limit, is_over_limit from ({_ASKED_ABOUT})
            union all
            select account_id, active_clients, client_limit, is_over_limit
            from marts.fct_package_usage
            inner join marts.dim_billing_periods using (account_id, period_start_at)
            where location_id = account_id and period_status = 'open'
        )
        where is_over_limit
        group by account_id
        order by max(active_clients) - max_by(client_limit, active_clients) desc, account_id
        """
    ).fetchall()
    worst = _worst(f"{account} {clients:,} of {limit:,}" for account, clients, limit in rows)
    said = "in the open period or the last one that has ended"
    return [f"over limit  {_accounts(len(rows), 9)}, {said}: {worst}"] if rows else []


def _held(export) -> list[str]:
    """Lines that wait for somebody's word, and how to see them."""
    if export is None or not export.held_lines:
        return []
    amounts = ", ".join(money(Decimal(amount), currency) for currency, amount in export.held_totals.items())
    where = shlex.quote(str(export.folder.parent.parent))
    return [
        f"held        {export.held_lines:>9,} billing lines wait for approval: {amounts}",
        f"            headcount held --exports {where}",
    ]


def _thresholds(connection, export) -> list[str]:
    """What leaves as alerts, or without an export what open periods have reached."""
    rows = connection.execute(
        "select measure, percent, count(*) "
        f"from {_REACHED if export is None else 'exports.exported_alerts'} "
        "group by measure, percent order by percent desc, measure"
    ).fetchall()
    if not rows:
        return []
    said = ", ".join(f"{number:,} {measure} {percent} %" for measure, percent, number in rows)
    what = "reached by periods that have not closed" if export is None else "newly reached, and told as alerts"
    return [f"thresholds  {sum(number for *_, number in rows):>9,} {what}: {said}"]


_REACHED = """
    marts.fct_threshold_crossings
    inner join marts.dim_billing_periods using (account_id, location_id, period_start_at)
    where period_status != 'closed'
"""


def _rejected(connection) -> list[str]:
    """Landed rows that were refused. A row can have several reasons, so that these may be more than the rows."""
    (rejected,) = connection.execute("select sum(rejected_rows) from marts.landing_reconciliation").fetchone()
    reasons = connection.execute(
        """
        select source_table, reason, count(*) from marts.rejected_records
        group by source_table, reason order by count(*) desc, source_table, reason
        """
    ).fetchall()
    if not rejected:
        return []
    said = [
        f"            {number:>9,} {table}: {sentence('rejection', reason)} ({reason})"
        for table, reason, number in reasons[:NAMED]
    ]
    more = sum(number for *_, number in reasons[NAMED:])
    said += [f"            {more:>9,} for {len(reasons) - NAMED:,} other reasons; see marts.rejected_records"] if more else []
    each = "; a row can have several reasons" if sum(number for *_, number in reasons) > rejected else ""
    return [f"rejected    {rejected:>9,} landed rows{each}", *said]


def _accounts(number: int, width: int = 0) -> str:
    return f"{number:>{width},} account{'' if number == 1 else 's'}"


def _worst(said) -> str:
    """The first few of a list, and how many there are beside them."""
    listed = list(said)
    more = f" and {len(listed) - NAMED:,} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
