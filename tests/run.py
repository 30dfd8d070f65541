"""Runs the steps of tests/steps.py and closes with the sum: `N passed, N failed`.

    python -m tests.run                 every step
    python -m tests.run --lint          only those that build nothing
    python -m tests.run --spark         every step, and the sample on Spark
    python -m tests.run sqlfluff pytest these
    python -m tests.run --list          their names

Two steps run side by side, the later ones first, since those take longest; what they say comes in their order. pytest, which
takes two processes itself, runs after them and says what it does as it goes; Spark, which plans on one core, runs beside it. A
failing step does not stop the others. Exit code 1 if anything failed, or if nothing ran; 2 for an unknown step.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from tests.checks.report import Outcome
from tests.steps import ASKED_FOR, LAST, LINTS, STEPS

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


def heard(step: Step) -> tuple[str, Outcome]:
    """One step in a process of its own, and all that it and the programs that it starts have said."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        sys.stdout = sys.stderr = said
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        outcome = perform(step)
        said.seek(0)
        return said.read(), outcome


def perform_side_by_side(steps: Sequence[Step]) -> dict[str, Outcome]:
    """Two at a time, the last first; each says all that it has to say when its turn comes."""
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as lanes:
        begun = {step: lanes.submit(heard, step) for step in reversed(steps)}
        return {step.__name__: ended(step, begun[step]) for step in steps}


def perform_beside(step: Step, others: Sequence[Step]) -> dict[str, Outcome]:
    """The step, which speaks as it goes, and one after the other those that run beside it, which speak after it."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as lane:
        begun = {other: lane.submit(heard, other) for other in others}
        outcomes = {step.__name__: perform(step)}
        return outcomes | {other.__name__: ended(other, begun[other]) for other in others}


def ended(step: Step, begun: Future) -> Outcome:
    """Waits for a step in another process and says what it has said."""
    try:
        said, outcome = begun.result()
    except Exception as error:
        said, outcome = f"\n== {step.__name__}: did not end ({error})\n", Outcome(failed=1)
    print(said, end="", flush=True)
    return outcome


def perform_all(steps: Sequence[Step]) -> int:
    """All of them, a table of what each gave, and the sum as the last line."""
    outcomes = perform_side_by_side([step for step in steps if step not in LAST])
    if last := [step for step in steps if step in LAST]:
        outcomes |= perform_beside(last[0], last[1:])
    total = sum(outcomes.values(), start=Outcome())
    print("\n== Sum", flush=True)
    for name, outcome in outcomes.items():
        print(f"  {'FAILED' if outcome.failed else 'passed'}  {name}: {outcome}")
    sys.stderr.flush()
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


def main(arguments: Sequence[str] | None = None) -> int:
    known = {step.__name__: step for step in (*STEPS, *ASKED_FOR)}
    parser = argparse.ArgumentParser(prog="python -m tests.run", description="Runs the checks of the project.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(known)}; default: all but the last")
    parser.add_argument("--lint", action="store_true", help="the steps that build nothing")
    parser.add_argument("--spark", action="store_true", help="every step, and the sample on Spark (needs `make spark`)")
    parser.add_argument("--list", action="store_true", help="name the steps and run none")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.steps if name not in known]:
        parser.error(f"no step is called {', '.join(unknown)}; there are {', '.join(known)}")
    if chosen.list:
        for name, step in known.items():
            print(f"{name:12} {(step.__doc__ or '').splitlines()[0]}")
        return 0
    every = LINTS if chosen.lint else known.values() if chosen.spark else STEPS
    return perform_all([known[name] for name in chosen.steps] or tuple(every))


if __name__ == "__main__":
    sys.exit(main())
