"""What a command costs: seconds of wall clock and of CPU, and the peak of its memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock and of CPU, and peak memory in GiB."""

    wall: float
    cpu: float
    peak: float


def cost_of(command: list[str], output: Path, **environment: str) -> Cost:
    """Run a command in a process of its own; what it says goes to the file. A failing one ends the benchmark."""
    began = time.perf_counter()
    with output.open("w") as said:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}; see {output}")
    # Linux counts kilobytes, macOS bytes.
    unit = 1024**3 if sys.platform == "darwin" else 1024**2
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def repeated(times: int, measure: Callable[[], Cost]) -> list[Cost]:
    return [measure() for _ in range(times)]


def line(name: str, costs: list[Cost], beside: list[Cost]) -> str:
    """A row of the table: medians, the spread of the wall clock, and the ratio of the medians to another row's."""
    wall, cpu, peak = (statistics.median(getattr(cost, part) for cost in costs) for part in ("wall", "cpu", "peak"))
    spread = f"{min(cost.wall for cost in costs):.1f} to {max(cost.wall for cost in costs):.1f}"
    ratio = wall / statistics.median(cost.wall for cost in beside)
    return f"| {name} | {len(costs)} | {wall:.1f} s | {spread} s | {cpu:.1f} s | {peak:.2f} GiB | {ratio:.1f} |"
