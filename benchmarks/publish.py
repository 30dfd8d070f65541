"""Times `headcount publish` of a large warehouse into a PostgreSQL of its own.

    python -m benchmarks.publish --warehouse FILE [--users 2000]

The first publishing of all rows, the same night again, and one a day later with users more, and rows other and gone. It
prints wall-clock time, CPU time and peak memory of the process, what it said it has written, and the load of the machine.
CPU time of the server is not in it. The warehouse is copied and stays as it is.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.land import timed
from headcount.project import PROJECT
from tests.support.published import next_night
from tests.support.servers import postgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.publish")
    parser.add_argument("--warehouse", type=Path, required=True, help="a file that headcount nightly has made")
    parser.add_argument("--users", type=int, default=2_000, help="how many users more the night after has")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        night = Path(folder) / "night.duckdb"
        for name, number in (("first", 0), ("the same again", None), ("a day later", 1), ("that again", None)):
            if number is not None:
                next_night(asked.warehouse if number == 0 else night, night, number, asked.users)
            words = [sys.executable, "-m", "headcount.cli", "publish", "--warehouse", str(night), "--to", server.url()]
            with open(Path(folder) / "said", "w+") as said:
                took = timed(words, {**os.environ, "PYTHONPATH": str(PROJECT)}, said)
                said.seek(0)
                print(f"{name}: {took}; load {os.getloadavg()[0]:.1f}; {said.read().strip()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
