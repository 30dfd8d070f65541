"""The rows of the marts at an as_of, from a landing zone and the seeds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .adjustments import Adjustments
from .billing import Billing
from .counting import FOREVER, Counter, Verdict
from .holding import Holding
from .judging import Judged, ordered
from .knowledge import Knowledge
from .local_days import day_end, days_between, local_day
from .periods import Period, periods_of, places, reject_late_invoices
from .reading import read_landing
from .reconciliation import Reconciliation
from .seeds import Prices, Rules, holds, thresholds
from .thresholds import Crossings

Rows = list[dict[str, Any]]


def evaluate(landing: Path, as_of: datetime, seeds: Path, ruleset: str | None = None) -> dict[str, Rows]:
    """Every mart by name, each a list of rows by column name, in the order of their columns.

    Instants are naive UTC. With `ruleset` all periods of its product are judged under it.
    """
    if as_of.tzinfo is not None:
        as_of = as_of.astimezone(UTC).replace(tzinfo=None)
    rules = Rules(seeds, ruleset)
    run = Run(Judged(read_landing(Path(landing)), as_of, rules))
    billing = Billing(run.judged, run.verdicts, Prices(seeds))
    marts = run_marts(run, billing) | finance_marts(run, billing, Path(seeds))
    return {name: sorted(rows, key=lambda row: ordered(row.values())) for name, rows in marts.items()}


def run_marts(run: Run, billing: Billing) -> dict[str, Rows]:
    """What counts, and what packages are charged."""
    return {
        "dim_accounts": run.dim_accounts(),
        "dim_locations": run.dim_locations(),
        "dim_customers": run.dim_customers(),
        "dim_billing_periods": run.dim_billing_periods(),
        "fct_active_users": run.fct_active_users(),
        "fct_active_user_sources": run.fct_active_user_sources(),
        "fct_active_user_counts": run.fct_active_user_counts(),
        "fct_daily_active_users": run.fct_daily_active_users(),
        "fct_uncounted_activity": run.fct_uncounted_activity(),
        "fct_active_user_corrections": run.fct_active_user_corrections(),
        "fct_live_vs_invoiced": run.fct_live_vs_invoiced(),
        "fct_package_usage": billing.fct_package_usage(),
        "fct_package_charges": billing.fct_package_charges(),
        "rejected_records": run.judged.rejected(),
        "landing_reconciliation": run.judged.reconciliation(),
    }


def finance_marts(run: Run, billing: Billing, seeds: Path) -> dict[str, Rows]:
    """What is billed, and what happens around a bill (finance.md)."""
    knowledge = Knowledge(run.counter)
    adjustments = Adjustments(run.periods, knowledge, billing)
    lines, exceptions = billing.fct_billing_lines() + adjustments.lines(), billing.billing_exceptions()
    reconciliation = Reconciliation(run.judged, run.periods, knowledge)
    crossings = Crossings(run.periods, run.verdicts, billing, thresholds(seeds))
    return {
        "fct_billing_lines": lines,
        "billing_exceptions": exceptions,
        "fct_invoice_reconciliation": reconciliation.fct_invoice_reconciliation(lines, exceptions),
        "fct_billing_adjustments": adjustments.fct_billing_adjustments(),
        "fct_billing_adjustment_users": adjustments.fct_billing_adjustment_users(),
        "fct_held_lines": Holding(run.judged, run.periods, lines, holds(seeds)).fct_held_lines(),
        "fct_threshold_crossings": crossings.fct_threshold_crossings(),
    }


class Run:
    """Periods and verdicts of one run, and the marts made of them."""

    def __init__(self, judged: Judged):
        self.judged = judged
        self.rules = judged.rules
        self.as_of = judged.as_of
        reject_late_invoices(judged)
        self.counter = Counter(judged)
        self.periods = {place: periods_of(judged, place) for place in places(judged)}
        self.verdicts = {period: self.counter.verdict(period)
                         for periods in self.periods.values() for period in periods}

    def _all_periods(self) -> list[tuple[Period, Verdict, dict[str, Any]]]:
        """Each period with its verdict and the key columns of its rows."""
        return [(period, verdict, {"account_id": period.place.account_id, "location_id": period.place.location_id,
                                   "period_start_at": period.start})
                for period, verdict in self.verdicts.items()]

    # -- dimensions --------------------------------------------------------------------------

    def _in_force(self, table: str) -> Rows:
        rows = (self.judged.in_force(table, key, self.as_of) for key in self.judged.versions[table])
        return [row for row in rows if row is not None]

    def dim_accounts(self) -> Rows:
        """The accounts in force."""
        names = ("account_id", "product", "account_name", "timezone", "currency", "created_at")
        return [{name: account[name] for name in names} for account in self._in_force("accounts")]

    def dim_locations(self) -> Rows:
        """The locations in force; an account counted by account is its own and only location."""
        by_account = {account["account_id"]: account for account in self._in_force("accounts")
                      if self.rules.counted_by(account["product"]) == "account"}
        rows = [{"location_id": key, "account_id": key, "location_name": account["account_name"],
                 "timezone": account["timezone"]} for key, account in by_account.items()]
        for location in self._in_force("locations"):
            account = self.judged.first_version("accounts", location["account_id"])
            if self.rules.counted_by(account["product"]) == "location":
                names = ("location_id", "account_id", "location_name", "timezone")
                rows.append({name: location[name] for name in names})
        return rows

    def dim_customers(self) -> Rows:
        """The customers in force, what they are (X14) and their status now."""
        members = {
            contract["customer_id"] for contract in self._in_force("contracts")
            if max(contract["created_at"], contract["starts_at"]) <= self.as_of < (contract["cancelled_at"] or FOREVER)
        }
        rows = []
        for customer in self._in_force("customers"):
            product = self.judged.first_version("accounts", customer["account_id"])["product"]
            key = customer["customer_id"]
            kind = "member" if key in members else "contact"
            if self.rules.counted_by(product) == "account":
                kind = "client"
            rows.append({
                "customer_id": key, "account_id": customer["account_id"],
                "home_location_id": customer["home_location_id"], "display_name": customer["display_name"],
                "is_admin": customer["is_admin"], "customer_kind": kind,
                "status": self.counter.status(key, self.as_of, until=self.as_of),
                "created_at": customer["created_at"],
            })
        return rows

    def dim_billing_periods(self) -> Rows:
        """Every period that has started."""
        return [{**key, "period_end_at": period.end, "period_start_on": local_day(period.place.zone, period.start),
                 "period_status": period.status, "ruleset_id": period.ruleset.ruleset_id,
                 "knowledge_cutoff_at": period.cutoff}
                for period, _, key in self._all_periods()]

    # -- active users ------------------------------------------------------------------------

    def fct_active_users(self) -> Rows:
        """Each customer who counts, once for each period of each place."""
        return [{**key, "customer_id": customer_id, "sources": ",".join(sorted(sources)),
                 "ruleset_id": period.ruleset.ruleset_id, "first_active_at": verdict.first_active_at(customer_id)}
                for period, verdict, key in self._all_periods()
                for customer_id, sources in verdict.counted.items()]

    def fct_active_user_sources(self) -> Rows:
        """Each source that made a customer count, with its earliest evidence."""
        return [{**key, "customer_id": customer_id, "source": source, "activity_type": evidence.activity_type,
                 "is_paid": evidence.is_paid, "evidence_id": evidence.evidence_id,
                 "evidence_at": evidence.evidence_at, "payer_customer_id": evidence.payer_customer_id}
                for _, verdict, key in self._all_periods()
                for customer_id, sources in verdict.counted.items()
                for source, evidence in sources.items()]

    def fct_active_user_counts(self) -> Rows:
        """The count of every period, also zero, beside the customers the account had."""
        customers: dict[str, list[str]] = {}
        for key, versions in self.judged.versions["customers"].items():
            if versions:
                account_id = self.judged.account_of("customers", key)
                customers.setdefault(account_id, []).append(key)
        rows = []
        for period, verdict, key in self._all_periods():
            registered = [self.judged.in_force("customers", customer_id, period.k)
                          for customer_id in customers.get(period.place.account_id, ())]
            rows.append({
                **key, "active_users": len(verdict.counted),
                "registered_customers": sum(customer is not None and customer["created_at"] < period.judged_at
                                            for customer in registered),
                "ruleset_id": period.ruleset.ruleset_id, "period_status": period.status,
            })
        return rows

    def fct_daily_active_users(self) -> Rows:
        """The running count at the end of each local day of a period."""
        rows = []
        for period, verdict, key in self._all_periods():
            firsts = [verdict.first_active_at(customer_id) for customer_id in verdict.counted]
            zone = period.place.zone
            for day in days_between(zone, period.start, period.judged_at):
                rows.append({**key, "active_on": day,
                             "active_users_to_date": sum(first < day_end(zone, day) for first in firsts)})
        return rows

    def fct_uncounted_activity(self) -> Rows:
        """Who did something, and why it did not count."""
        return [{**key, "customer_id": customer_id, "activity_type": activity_type, "reason": reason}
                for _, verdict, key in self._all_periods()
                for customer_id, activity_type, reason in verdict.uncounted]

    def fct_active_user_corrections(self) -> Rows:
        """What a closed period would count with what is known now, against what it counted."""
        rows = []
        for period, verdict, key in self._all_periods():
            if period.status == "closed":
                then, now = set(verdict.counted), set(self.counter.verdict(period, self.as_of).counted)
                rows += [{**key, "customer_id": customer_id, "correction": "late_addition"}
                         for customer_id in now - then]
                rows += [{**key, "customer_id": customer_id, "correction": "retraction"}
                         for customer_id in then - now]
        return rows

    def fct_live_vs_invoiced(self) -> Rows:
        """The last ended period against the open one, person by person."""
        rows = []
        for place, periods in self.periods.items():
            ended = [period for period in periods if period.status != "open"]
            still_open = [period for period in periods if period.status == "open"]
            invoiced = self.verdicts[ended[-1]].counted if ended else {}
            live = self.verdicts[still_open[-1]].counted if still_open else {}
            for customer_id in set(invoiced) | set(live):
                rows.append({
                    "account_id": place.account_id, "location_id": place.location_id, "customer_id": customer_id,
                    "counted_invoiced": customer_id in invoiced, "counted_live": customer_id in live,
                    "reason": self._why_live_differs(customer_id, invoiced, live),
                })
        return rows

    def _why_live_differs(self, customer_id: str, invoiced: dict, live: dict) -> str:
        if customer_id in live:
            return "in_both" if customer_id in invoiced else "new_this_period"
        if self.counter.status(customer_id, self.as_of, until=self.as_of) == "suspended":
            return "suspended"
        if "contract" in invoiced[customer_id]:
            return "contract_cancelled"
        if "team" in invoiced[customer_id]:
            return "team_no_longer_counts"
        return "last_period_activity_only"
