"""Runs the steps of tests/steps.py and closes with the sum: `N passed, N failed`.

    python -m tests.run                 every step
    python -m tests.run --lint          only those that build nothing
    python -m tests.run sqlfluff pytest these
    python -m tests.run --list          their names

A failing step does not stop the others. Exit code 1 if anything failed, or if nothing ran; 2 for an unknown step.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from tests.checks.report import Outcome
from tests.steps import LINTS, STEPS

Step = Callable[[], Outcome]


def perform(step: Step) -> Outcome:
    """One step, with a title, its duration and its counts; one that raises or checks nothing counts as failed."""
    print(f"\n== {step.__name__}: {(step.__doc__ or '').splitlines()[0]}", flush=True)
    started = time.monotonic()
    try:
        outcome = step()
        if outcome == Outcome():
            print("  checked nothing")
            outcome = Outcome(failed=1)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        outcome = Outcome(failed=1)
    print(f"-- {step.__name__}: {outcome} in {time.monotonic() - started:.0f} s", flush=True)
    return outcome


def perform_all(steps: Sequence[Step]) -> int:
    """All of them, a table of what each gave, and the sum as the last line."""
    outcomes = {step.__name__: perform(step) for step in steps}
    total = sum(outcomes.values(), start=Outcome())
    print("\n== Sum", flush=True)
    for name, outcome in outcomes.items():
        print(f"  {'FAILED' if outcome.failed else 'passed'}  {name}: {outcome}")
    sys.stderr.flush()
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


def main(arguments: Sequence[str] | None = None) -> int:
    known = {step.__name__: step for step in STEPS}
    parser = argparse.ArgumentParser(prog="python -m tests.run", description="Runs the checks of the project.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(known)}; default: all")
    parser.add_argument("--lint", action="store_true", help="the steps that build nothing")
    parser.add_argument("--list", action="store_true", help="name the steps and run none")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.steps if name not in known]:
        parser.error(f"no step is called {', '.join(unknown)}; there are {', '.join(known)}")
    if chosen.list:
        for name, step in known.items():
            print(f"{name:12} {(step.__doc__ or '').splitlines()[0]}")
        return 0
    return perform_all([known[name] for name in chosen.steps] or (LINTS if chosen.lint else STEPS))


if __name__ == "__main__":
    sys.exit(main())
