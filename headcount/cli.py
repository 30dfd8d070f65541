"""The command `headcount`: options and environment variables in, exit codes out (docs/contract/run.md)."""

import argparse
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from headcount import __version__
from headcount.errors import HeadcountError, UsageError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        raise UsageError(f"{message}; see '{self.prog} --help'")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="headcount", description="Meters active users and bills them from a warehouse.")
    parser.add_argument("--version", action="version", version=f"headcount {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    sample = commands.add_parser("sample", help="write a sample landing zone with every edge of the rules")
    sample.add_argument("--landing", type=_named, default=_path("HEADCOUNT_LANDING"))
    sample.add_argument("--accounts", type=int, default=12)
    sample.add_argument("--days", type=int, default=400)
    sample.add_argument("--seed", type=int, default=1)
    sample.set_defaults(run=_sample, needs=("landing",))

    nightly = commands.add_parser("nightly", help="check the landing zone, build and test the models, export")
    nightly.add_argument("--landing", type=_named, default=_path("HEADCOUNT_LANDING"))
    nightly.add_argument("--warehouse", type=_named, default=_path("HEADCOUNT_WAREHOUSE"))
    nightly.add_argument("--exports", type=_named, default=_path("HEADCOUNT_EXPORTS"))
    nightly.add_argument("--as-of", default=os.environ.get("HEADCOUNT_AS_OF") or None, metavar="INSTANT")
    nightly.add_argument("--target", choices=("duckdb", "spark"), default="duckdb")
    nightly.add_argument("--full-refresh", action="store_true", help="forget earlier runs and read every file again")
    nightly.add_argument("--ruleset", default=os.environ.get("HEADCOUNT_RULESET") or None, metavar="ID")
    nightly.add_argument("--no-export", action="store_true", help="refresh the counts; exports wait for a later run")
    nightly.set_defaults(run=_nightly, needs=("landing", "warehouse", "exports"))

    explain = commands.add_parser("explain", help="why a customer counts or does not")
    explain.add_argument("--warehouse", type=_named, default=_path("HEADCOUNT_WAREHOUSE"))
    explain.add_argument("--customer", required=True, metavar="ID")
    explain.add_argument("--period", metavar="DATE", help="a local date within the period; without it every period")
    explain.set_defaults(run=_explain, needs=("warehouse",))

    whatif = commands.add_parser("whatif", help="closed periods under another ruleset beside the billed ones")
    whatif.add_argument("--warehouse", type=_named, default=_path("HEADCOUNT_WAREHOUSE"))
    whatif.add_argument("--ruleset", required=True, metavar="ID")
    whatif.set_defaults(run=_whatif, needs=("warehouse",))

    metrics = commands.add_parser("metrics", help="what the metrics say; without --metrics or --saved-query, which there are")
    metrics.add_argument("--warehouse", type=_named, default=_path("HEADCOUNT_WAREHOUSE"))
    asked = metrics.add_mutually_exclusive_group()
    asked.add_argument("--metrics", metavar="NAME,...", help="metrics to ask for")
    asked.add_argument("--saved-query", metavar="NAME", help="a question that is asked often")
    metrics.add_argument("--group-by", metavar="NAME,...", help="such as metric_time__month,location,account__product")
    metrics.add_argument("--where", action="append", metavar="SQL", help="such as \"{{ Entity('account') }} = 'hub'\"")
    metrics.add_argument("--order", metavar="NAME,...", help="a leading - for the greatest first")
    metrics.add_argument("--limit", type=int, metavar="N")
    metrics.add_argument("--csv", type=_named, metavar="FILE", help="write the rows to a file")
    metrics.add_argument("--groups", action="store_true", help="say by what the metrics can be grouped")
    metrics.add_argument("--sql", action="store_true", help="show the SQL and run nothing")
    metrics.add_argument("--manifest", type=_named, metavar="FILE", help="another semantic_manifest.json than that of the night")
    metrics.set_defaults(run=_metrics, needs=("warehouse",))

    dashboard = commands.add_parser("dashboard", help="serve the dashboard of a warehouse on this machine only")
    dashboard.add_argument("--warehouse", type=_named, default=_path("HEADCOUNT_WAREHOUSE"))
    dashboard.add_argument("--port", type=int, default=8101)
    dashboard.set_defaults(run=_dashboard, needs=("warehouse",))

    site = commands.add_parser("site", help="write the dashboard as static pages, a folder for each account")
    site.add_argument("--warehouse", type=_named, default=_path("HEADCOUNT_WAREHOUSE"))
    site.add_argument("--output", type=_named, metavar="DIR")
    site.add_argument("--account", action="append", metavar="ID", help="only this account; may be given again")
    site.set_defaults(run=_site, needs=("warehouse", "output"))
    return parser


def _path(variable: str) -> Path | None:
    text = os.environ.get(variable)
    return Path(text) if text else None


def _named(text: str) -> Path:
    """A path that was given. An empty one is a mistake of whoever called, and not the folder that one is in."""
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name a file or folder")
    return Path(text)


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns 0 done, 1 a check failed, 2 wrong usage or unreadable input."""
    _write_what_can_be_written()
    with _interruption() as was_interrupted:
        try:
            return _run(arguments)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except (HeadcountError, OSError, KeyboardInterrupt) as error:
            if was_interrupted() or isinstance(error, KeyboardInterrupt):
                print("headcount: stopped; the warehouse in use is as it was before", file=sys.stderr)
                return 1
            print(f"headcount: {_in_one_line(error)}", file=sys.stderr)
            return getattr(error, "exit_code", 2)


def _run(arguments: list[str] | None) -> int:
    options = _parser().parse_args(arguments)
    for name in options.needs:
        if getattr(options, name) is None:
            variable = f"HEADCOUNT_{name.upper()}"
            or_set = f", or set {variable}" if name != "output" else ""
            raise UsageError(f"--{name} is missing; give it{or_set}")
    return options.run(options)


def _in_one_line(error: Exception) -> str:
    """What an error says. No command has a word for an OSError: a place that may not be read or written, or is full."""
    if isinstance(error, OSError):
        return (f"{error.filename}: " if error.filename else "") + str(error.strerror or error)
    return " ".join(line.strip() for line in str(error).splitlines())


class _Stopped(KeyboardInterrupt):
    """Ctrl-C. Python ends a process by the signal itself, whatever was caught, when a plain KeyboardInterrupt came
    while text was being compiled, as it is by imports; not for this one."""


@contextmanager
def _interruption():
    """Gives a function that says whether Ctrl-C was pressed: dbt takes it for an error of its own and says nothing."""
    pressed = []

    def stop(*_):
        pressed.append(True)
        raise _Stopped

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, stop) if is_main else None
    try:
        yield lambda: bool(pressed)
    finally:
        if is_main:
            signal.signal(signal.SIGINT, before)


def _write_what_can_be_written() -> None:
    """Output that is no UTF-8, and names that are none, are written with escapes; a summary never fails at its end."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _sample(options) -> int:
    from headcount.sample import write_sample

    if options.accounts < 1 or options.days < 1:
        raise UsageError("--accounts and --days take a whole number from 1 on")
    rows = write_sample(options.landing, accounts=options.accounts, days=options.days, seed=options.seed)
    print(f"{sum(rows.values()):,} rows in {len(rows)} tables written to {options.landing}")
    return 0


def _nightly(options) -> int:
    from headcount.nightly import nightly

    return nightly(options)


def _explain(options) -> int:
    from headcount.explain import explain

    return explain(options.warehouse, options.customer, options.period)


def _whatif(options) -> int:
    from headcount.whatif import whatif

    return whatif(options.warehouse, options.ruleset)


def _metrics(options) -> int:
    from headcount.metrics import metrics

    return metrics(options)


def _dashboard(options) -> int:
    from headcount.dashboard.serve import dashboard

    return dashboard(options.warehouse, options.port)


def _site(options) -> int:
    from headcount.dashboard.site import site

    return site(options.warehouse, options.output, options.account)


if __name__ == "__main__":
    sys.exit(main())
