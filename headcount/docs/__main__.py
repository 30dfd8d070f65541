"""`python -m headcount.docs`: writes the documentation site."""

import argparse
import os
import sys
from pathlib import Path

from headcount.docs import build_site
from headcount.errors import HeadcountError
from headcount.project import PROJECT


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 done, 1 a page is not as it should be, 2 no warehouse to read; then nothing was written."""
    parser = argparse.ArgumentParser(prog="python -m headcount.docs", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--warehouse", type=Path, default=os.environ.get("HEADCOUNT_WAREHOUSE") or PROJECT / "build" / "headcount.duckdb"
    )
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "docs")
    chosen = parser.parse_args(arguments)
    try:
        pages = build_site(Path(chosen.warehouse), chosen.out)
    except HeadcountError as error:
        print(f"headcount docs: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    print(f"{pages} pages, to open in any browser: {chosen.out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
