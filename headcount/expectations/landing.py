"""The checks of the landing zone before the models run: measure it, hold the figures against the checks, write the report."""

import csv
import shlex
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from headcount.expectations import library
from headcount.expectations.check import STOP, Check
from headcount.expectations.checks import checks
from headcount.expectations.earlier import Earlier
from headcount.expectations.measures import measure
from headcount.expectations.report import write_report
from headcount.landing import Stock, Zone, take_stock
from headcount.run import parse_instant
from headcount.spelling import instant
from headcount.warehouse import in_memory

KNOWN_FINDINGS = Path(__file__).with_name("known_findings.csv")
HOLDS, WARNS, STOPS, KNOWN, NOT_ASKED = "holds", "warns", "stops", "known", "not asked"


@dataclass(frozen=True)
class Verdict:
    """One check and what was found; `see` is a command that shows the rows. As text it is one line."""

    check: str
    table: str
    expected: str
    reason: str
    severity: str
    verdict: str
    found: str
    see: str = ""

    def __str__(self) -> str:
        return f"{self.table}: expected {self.expected}; found {self.found}; see the rows: {self.see}"


@dataclass(frozen=True)
class LandingReport:
    """What the landing checks found, in the folder `landing`."""

    as_of: str
    landing: str
    verdicts: tuple[Verdict, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(one.verdict for one in self.verdicts)
        return {kind: counted[kind] for kind in (HOLDS, WARNS, STOPS, KNOWN, NOT_ASKED)}

    @property
    def stops(self) -> tuple[Verdict, ...]:
        """Empty when the night may go on."""
        return self._of(STOPS)

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        return self._of(WARNS)

    @property
    def known(self) -> tuple[Verdict, ...]:
        return self._of(KNOWN)

    def _of(self, kind: str) -> tuple[Verdict, ...]:
        """The report itself says LANDING in its commands: it tells of no machine."""
        found = [one for one in self.verdicts if one.verdict == kind]
        return tuple(replace(one, see=one.see.replace("LANDING", shlex.quote(self.landing), 1)) for one in found)


def check_landing(
    zone: Zone | Stock,
    as_of: datetime,
    report: Path | None,
    known_findings: Path = KNOWN_FINDINGS,
    earlier: Earlier | None = None,
) -> LandingReport:
    """Hold the zone, as known at `as_of`, against the checks. With the run that the night goes on from, `earlier`, only the
    loads that are compared are read, and the verdicts are the same.

    `report` is the HTML file; the same as JSON is written beside it.
    Raises LandingError, one line, for a zone that cannot be read. Whoever calls it stops when `.stops` is not empty.
    """
    as_of = (as_of.astimezone(UTC) if as_of.tzinfo else as_of).replace(tzinfo=None)
    stock = zone if isinstance(zone, Stock) else take_stock(zone, {})
    verdicts = _verdicts(stock, as_of, known_findings, earlier) if stock.files else ()
    result = LandingReport(instant(as_of), str(stock.zone.folder), tuple(verdicts))
    if report is not None:
        write_report(report, result)
    return result


def _verdicts(stock: Stock, as_of: datetime, known_findings: Path, earlier: Earlier | None) -> list[Verdict]:
    library.begin_importing()
    with in_memory() as connection:
        asked = checks(measure(connection, stock, as_of, earlier), as_of)
    failing = library.failing(asked)
    with known_findings.open(encoding="utf-8", newline="") as file:
        known = [row | {"until": parse_instant(row["known_until"]).replace(tzinfo=None)} for row in csv.DictReader(file)]
    return [_verdict(one, one.check in failing, as_of, known) for one in asked]


def _verdict(one: Check, fails: bool, as_of: datetime, known: list[dict]) -> Verdict:
    """A finding that somebody has looked at neither warns nor stops while the run's instant is not after its `known_until`."""
    said = (one.check, one.table, one.expected, one.reason, one.severity)
    if not one.figures:
        return Verdict(*said, NOT_ASKED, one.found)
    verdict, found = HOLDS, one.found
    if fails:
        verdict = STOPS if one.severity == STOP else WARNS
        found += f"; {one.detail}" if one.detail else ""
        for entry in [entry for entry in known if entry["check"] == one.check and as_of <= entry["until"]][:1]:
            verdict = KNOWN
            found += f"; known until {instant(entry['until'])}: {entry['reason']}"
    see = f"python -m headcount.expectations --landing LANDING --as-of {instant(as_of)} {one.check}"
    return Verdict(*said, verdict, found, see)
