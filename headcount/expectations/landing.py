"""The checks of the landing zone before the models run: measure it, hold it against its suites, write the report."""

import csv
import shlex
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from headcount.expectations.expectation import STOP, Expectation, Suite, instant
from headcount.expectations.landing_suites import suites
from headcount.expectations.measures import measure
from headcount.expectations.verdicts import HOLDS, KNOWN, NOT_ASKED, STOPS, WARNS, Finding, LandingReport, Verdict
from headcount.landing import Stock, Zone, take_stock
from headcount.run import parse_instant

KNOWN_FINDINGS = Path(__file__).with_name("known_findings.csv")
_LANDING = "LANDING"


@dataclass(frozen=True)
class KnownFinding:
    """A finding somebody has looked at: it neither warns nor stops while the run's instant is not after `until`."""

    check: str
    until: datetime
    reason: str


def check_landing(
    zone: Zone | Stock, as_of: datetime, report: Path | None, known_findings: Path = KNOWN_FINDINGS
) -> LandingReport:
    """Hold the zone, as known at `as_of`, against the suites.

    `report` is the HTML file; the same as JSON is written beside it.
    Raises LandingError, one line, for a zone that cannot be read. Whoever calls it stops when `.stops` is not empty.
    """
    from headcount.expectations.report import write_report

    as_of = (as_of.astimezone(UTC) if as_of.tzinfo else as_of).replace(tzinfo=None)
    stock = zone if isinstance(zone, Stock) else take_stock(zone, {})
    verdicts = _verdicts(stock, as_of, _known(known_findings)) if stock.files else []
    result = _summary(verdicts, as_of, stock.zone)
    if report is not None:
        write_report(report, result)
    return result


def _verdicts(stock: Stock, as_of: datetime, known: list[KnownFinding]) -> list[Verdict]:
    # The library is slow to import and is not needed for an empty zone.
    from headcount.expectations.runner import Runner

    with Runner() as runner:
        facts = measure(runner.connection, stock, as_of)
        verdicts = []
        for suite in suites(facts, as_of):
            verdicts += _judged(runner, suite, as_of, known)
    return verdicts


def _judged(runner, suite: Suite, as_of: datetime, known: list[KnownFinding]) -> list[Verdict]:
    results = {}
    for asset in dict.fromkeys(one.asset for one in suite.asked):
        results |= runner.run(asset, [one for one in suite.asked if one.asset == asset])
    verdicts = [_verdict(one, *results[one.check], as_of, known) for one in suite.asked]
    return verdicts + [
        Verdict(one.check, one.table, one.words, one.reason, one.severity, NOT_ASKED, one.why)
        for one in suite.not_asked
    ]


def _verdict(one: Expectation, holds: bool, result: dict, as_of: datetime, known: list[KnownFinding]) -> Verdict:
    found, verdict = one.found(result), HOLDS
    if not holds:
        found += f"; {one.detail}" if one.detail else ""
        verdict = STOPS if one.severity == STOP else WARNS
        accepted = [entry for entry in known if entry.check == one.check and as_of <= entry.until]
        if accepted:
            verdict = KNOWN
            found += f"; known until {instant(accepted[0].until)}: {accepted[0].reason}"
    see = f"python -m headcount.expectations --landing {_LANDING} --as-of {instant(as_of)} {one.check}"
    return Verdict(one.check, one.table, one.words, one.reason, one.severity, verdict, found, see)


def _summary(verdicts: list[Verdict], as_of: datetime, zone: Zone) -> LandingReport:
    folder = shlex.quote(str(zone.folder))

    def findings(kind: str) -> tuple[Finding, ...]:
        return tuple(
            Finding(one.check, one.table, one.expected, one.found, one.see.replace(_LANDING, folder))
            for one in verdicts
            if one.verdict == kind
        )

    counted = Counter(one.verdict for one in verdicts)
    return LandingReport(
        as_of=instant(as_of),
        verdicts=tuple(verdicts),
        stops=findings(STOPS),
        warnings=findings(WARNS),
        known=findings(KNOWN),
        counts={kind: counted[kind] for kind in (HOLDS, WARNS, STOPS, KNOWN, NOT_ASKED)},
    )


def _known(path: Path) -> list[KnownFinding]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            KnownFinding(row["check"], parse_instant(row["known_until"]).replace(tzinfo=None), row["reason"])
            for row in csv.DictReader(file)
        ]
