"""What a check says: findings for people, outcomes for the sum."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CANARIES = ROOT / "tests" / "canaries"

# Folders that hold nothing of ours: what tools make, and what is wrong on purpose.
FOREIGN = {
    ".git",
    ".hypothesis",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "dbt_packages",
    "logs",
    "target",
}

# Findings of one check that are printed; more of the same help nobody.
SHOWN = 25


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, where it is, and what to do about it."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """How many checks passed and failed; outcomes add up."""

    passed: int = 0
    failed: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.passed + other.passed, self.failed + other.failed)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed"


def judged(name: str, findings: list) -> Outcome:
    """One check: prints what it found, passes when that is nothing."""
    for finding in sorted(findings)[:SHOWN]:
        print(f"  {finding}")
    if len(findings) > SHOWN:
        print(f"  ... and {len(findings) - SHOWN} more")
    print(f"  {'failed' if findings else 'passed'}: {name}", flush=True)
    return Outcome(failed=1) if findings else Outcome(passed=1)


def ours(root: Path, *folders: str, suffixes: tuple[str, ...]) -> list[Path]:
    """The project's files with these suffixes under these folders, in a stable order."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and path.name.endswith(suffixes) and not FOREIGN.intersection(parts):
                found.append(path)
    return [path for path in found if CANARIES not in path.parents or CANARIES in root.parents]
