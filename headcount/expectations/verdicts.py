"""What the checks say: an expectation's verdict, and the report of a run."""

from dataclasses import dataclass, field

HOLDS, WARNS, STOPS, KNOWN, NOT_ASKED = "holds", "warns", "stops", "known", "not asked"


@dataclass(frozen=True)
class Verdict:
    """One expectation and what was found; `see` is a command that shows the rows."""

    check: str
    table: str
    expected: str
    reason: str
    severity: str
    verdict: str
    found: str
    see: str = ""


@dataclass(frozen=True)
class Finding:
    """An expectation that does not hold. As text it is one line."""

    check: str
    table: str
    expected: str
    found: str
    see: str

    def __str__(self) -> str:
        return f"{self.table}: expected {self.expected}; found {self.found}; see the rows: {self.see}"


@dataclass(frozen=True)
class LandingReport:
    """What the landing checks found. `stops` is empty when the night may go on."""

    as_of: str
    verdicts: tuple[Verdict, ...] = ()
    stops: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
