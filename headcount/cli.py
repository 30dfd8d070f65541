"""The command `headcount`: options and environment variables in, exit codes out (docs/contract/run.md)."""

import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import click

from headcount import __version__
from headcount.errors import HeadcountError
from headcount.results import Results


class _Named(click.ParamType):
    """A path that was given. An empty one is a mistake of whoever called, and not the folder that one is in."""

    name = "path"

    def convert(self, value, param, ctx) -> Path:
        if not str(value).strip():
            self.fail("is empty; name a file or folder", param, ctx)
        return Path(value)


def _place(name: str, **more):
    """An option for a folder or file that has to be given, or set as a variable of the environment."""
    more = {"envvar": f"HEADCOUNT_{name.upper()}", "metavar": "PATH", "required": True} | more
    return click.option(f"--{name}", type=_Named(), **more)


def _results(context: click.Context, _, path: Path | None) -> None:
    if path is not None:
        words = context.command_path.split()[1:]
        context.find_root().obj = Results(path, " ".join(words))


# Read before the others, so that what is wrong with them stands in the file too.
_json = click.option(
    "--json", type=_Named(), metavar="FILE", callback=_results, expose_value=False, is_eager=True,
    help="Write one line of results in JSON, for whoever watches.",
)  # fmt: skip


def _is_from_environment(option: str) -> bool:
    """The option was set as a variable, which other people on the machine do not see."""
    return click.get_current_context().get_parameter_source(option) == click.core.ParameterSource.ENVIRONMENT


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="headcount %(version)s")
def headcount():
    """Meters active users and bills them from a warehouse."""


@headcount.command()
@_place("landing")
@click.option("--accounts", type=click.IntRange(1), default=12)
@click.option("--days", type=click.IntRange(1), default=400)
@click.option("--seed", type=int, default=1)
def sample(landing: Path, **size) -> int:
    """Write a sample landing zone with every edge of the rules."""
    from headcount.sample import write_sample

    rows = write_sample(landing, **size)
    print(f"{sum(rows.values()):,} rows in {len(rows)} tables written to {landing}")
    return 0


@headcount.command()
@_place("landing")
@_place("warehouse")
@_place("exports")
@click.option("--as-of", envvar="HEADCOUNT_AS_OF", metavar="INSTANT")
@click.option("--target", type=click.Choice(["duckdb", "spark"]), default="duckdb")
@click.option("--full-refresh", is_flag=True, help="Forget earlier runs and read every file again.")
@click.option("--ruleset", envvar="HEADCOUNT_RULESET", metavar="ID")
@click.option("--no-export", is_flag=True, help="Refresh the counts; exports wait for a later run.")
@_json
def nightly(**options) -> int:
    """Check the landing zone, build and test the models, export."""
    from headcount.nightly import nightly

    return nightly(SimpleNamespace(**options))


@headcount.command()
@_place("warehouse")
@click.option("--customer", required=True, metavar="ID")
@click.option("--period", metavar="DATE", help="A local date within the period; without it the last one that has ended.")
@click.option("--all", "everything", is_flag=True, help="Every period of the account.")
def explain(**asked) -> int:
    """Why a customer counts or does not."""
    from headcount.explain import explain

    return explain(**asked)


@headcount.command()
@_place("warehouse")
@click.option("--ruleset", required=True, metavar="ID")
@click.option("--all", "everything", is_flag=True, help="Every period and everybody who moves, however long that is.")
def whatif(**asked) -> int:
    """Closed periods under another ruleset beside the billed ones."""
    from headcount.whatif import whatif

    return whatif(**asked)


@headcount.command()
@_place("landing")
@_place("warehouse")
@click.option("--on", metavar="INSTANT", help="When every open period ends; the instant of the warehouse unless given.")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only this account; may be given again.")
@_place("output", envvar=None, metavar="DIR", required=False)
def preview(**asked) -> int:
    """What would be billed if the open periods ended now, or later."""
    from headcount.preview import preview

    return preview(**asked | {"accounts": list(asked["accounts"])})


@headcount.command()
@_place("warehouse")
@_place("output", envvar=None, metavar="DIR")
@click.option("--account", required=True, metavar="ID")
@click.option("--period", required=True, metavar="DATE", help="A local date within the period.")
@click.option("--location", metavar="ID", help="Only this location of the account.")
def packet(**asked) -> int:
    """Write all that one account may see of one period into a folder."""
    from headcount.packet import packet

    return packet(**asked)


@headcount.command()
@_place("warehouse")
@_json
def check(warehouse: Path) -> int:
    """Every data test over all rows; a night tests those that it wrote."""
    from headcount.check import check

    return check(warehouse)


@headcount.command()
@_place("exports")
def held(exports: Path) -> int:
    """The billing lines that wait for approval, and why."""
    from headcount.held import held

    return held(exports)


@headcount.command()
@_place("exports")
@click.option("--line", "lines", multiple=True, metavar="ID...", help="These held lines.")
@click.option("--account", metavar="ID", help="Every held line of an account.")
@click.option("--all", "everything", is_flag=True, help="Every held line.")
@click.option("--by", required=True, metavar="TEXT", help="Who approves.")
@click.option("--note", metavar="TEXT", help="What else there is to say.")
@click.argument("more", nargs=-1, metavar="")
def approve(lines: tuple[str, ...], more: tuple[str, ...], **said) -> int:
    """Let held lines leave with the next export."""
    from headcount.approve import approve

    if more and not lines:
        raise click.UsageError(f"Got unexpected extra argument ({more[0]})")
    return approve(lines=(*lines, *more), **said)


@headcount.command()
@_place("warehouse")
@click.option("--metrics", metavar="NAME,...", help="Metrics to ask for.")
@click.option("--saved-query", metavar="NAME", help="A question that is asked often, in place of metrics.")
@click.option("--group-by", metavar="NAME,...", help="Such as metric_time__month,location,account__product.")
@click.option("--where", multiple=True, metavar="SQL", help="Such as \"{{ Entity('account') }} = 'hub'\".")
@click.option("--order", metavar="NAME,...", help="A leading - for the greatest first.")
@click.option("--limit", type=int, metavar="N")
@click.option("--csv", type=_Named(), metavar="FILE", help="Write the rows to a file.")
@click.option("--groups", is_flag=True, help="Say by what the metrics can be grouped.")
@click.option("--sql", is_flag=True, help="Show the SQL and run nothing.")
@click.option("--manifest", type=_Named(), metavar="FILE", help="Another semantic_manifest.json than that of the night.")
def metrics(**options) -> int:
    """What the metrics say; without --metrics or --saved-query, which there are."""
    from headcount.metrics import metrics

    return metrics(SimpleNamespace(**options))


@headcount.command()
@_place("warehouse")
@click.argument("question", required=False, metavar="[NAME]")
@click.option("--customer", metavar="ID", help="Whom it is about, where it is about one.")
@click.option("--csv", type=_Named(), metavar="FILE", help="Write the rows to a file.")
def analysis(**asked) -> int:
    """Answer a question of analyses/; without its name, which there are."""
    from headcount.analysis import analysis

    return analysis(**asked)


@headcount.command()
@_place("warehouse")
@click.option("--port", type=int, default=8101)
def dashboard(**options) -> int:
    """Serve the dashboard of a warehouse on this machine only."""
    from headcount.dashboard.serve import dashboard

    return dashboard(**options)


@headcount.command()
@_place("warehouse")
@_place("output", envvar=None, metavar="DIR")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only this account; may be given again.")
def site(**options) -> int:
    """Write the dashboard as static pages, a folder for each account."""
    from headcount.dashboard.site import site

    return site(**options)


@headcount.command()
@_place("warehouse")
@click.option("--to", "url", required=True, envvar="HEADCOUNT_TO", metavar="URL", help="Such as postgresql://user@host/db.")
@click.option("--schema", default="marts", metavar="NAME", show_default=True)
@click.option("--without-names", is_flag=True, help="Leave out names of customers, and rejected rows as they came.")
@_json
def publish(url: str, **options) -> int:
    """Bring the marts into a PostgreSQL database that others read."""
    from headcount.publish import publish

    return publish(url=url, is_private=_is_from_environment("url"), **options)


@headcount.group(no_args_is_help=False)
def land():
    """Bring data into a landing zone from where it lives."""


@land.command("database")
@click.option("--from", "url", required=True, envvar="HEADCOUNT_FROM", metavar="URL", help="Such as postgresql://user@host/db.")
@_place("mapping", envvar=None, metavar="FILE", help="YAML: for each landed table its query, and how it changes.")
@_place("landing")
@click.option("--allow-shrink", is_flag=True, help="Believe that more than half of a table is gone.")
@_json
def land_database(url: str, **options) -> int:
    """Land what is new in a PostgreSQL, MySQL, MariaDB or SQLite."""
    from headcount.land.database import land_database

    return land_database(url, is_private=_is_from_environment("url"), **options)


@land.command("nexudus")
@_place("landing")
@click.option("--url", default="https://spaces.nexudus.com", metavar="BASE", show_default=True)
@click.option("--since", metavar="INSTANT", help="Read what was changed from then on, whatever was read before.")
@click.option("--allow-shrink", is_flag=True, help="Believe that more than half of a table is gone.")
@_json
def land_nexudus(**options) -> int:
    """Land what is new in an operator's own Nexudus."""
    from headcount.land.nexudus import land_nexudus

    return land_nexudus(**options)


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns 0 done, 1 a check failed, 2 wrong usage or unreadable input."""
    _write_what_can_be_written()
    words = sys.argv[1:] if arguments is None else arguments
    context = None
    with _interruption() as was_interrupted:
        try:
            with headcount.make_context("headcount", list(words)) as context:
                return _ended(context, headcount.invoke(context))
        except click.exceptions.Exit as done:
            return done.exit_code
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except click.UsageError as error:
            command = " ".join(["headcount", *words[:1]]) if set(words[:1]) & set(headcount.commands) else "headcount"
            return _ended(context, error.exit_code, f"{_misused(error)}; see '{command} --help'")
        except (HeadcountError, OSError, KeyboardInterrupt) as error:
            if was_interrupted() or isinstance(error, KeyboardInterrupt):
                return _ended(context, 1, "stopped; the warehouse in use is as it was before")
            return _ended(context, getattr(error, "exit_code", 2), _in_one_line(error))


def _ended(context: click.Context | None, exit_code: int, error: str | None = None) -> int:
    """Say what went wrong, write the line of results where one was asked for, and give the exit code."""
    if error:
        print(f"headcount: {error}", file=sys.stderr)
    if context is not None and isinstance(context.obj, Results):
        results, context.obj = context.obj, None
        try:
            results.write(exit_code, error)
        except (HeadcountError, OSError) as failed:
            print(f"headcount: {_in_one_line(failed)}", file=sys.stderr)
            return exit_code or 2
    return exit_code


def _in_one_line(error: Exception) -> str:
    """What an error says. No command has a word for an OSError: a place that may not be read or written, or is full."""
    if isinstance(error, OSError):
        return (f"{error.filename}: " if error.filename else "") + str(error.strerror or error)
    return " ".join(line.strip() for line in str(error).splitlines())


def _misused(error: click.UsageError) -> str:
    option = getattr(error, "param", None)
    if isinstance(error, click.MissingParameter):
        return f"{option.opts[0]} is missing; give it" + (f", or set {option.envvar}" if option.envvar else "")
    said = error.message.removesuffix(".")
    return f"argument {option.opts[0]}: {said}" if option else said


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

    def forgotten(error):
        # While an object goes away nothing can be raised: it is tried again a moment later.
        if error.exc_type is _Stopped:
            threading.Timer(0.1, press_again).start()
        else:
            hook(error)

    def press_again():
        if signal.getsignal(signal.SIGINT) is stop:
            os.kill(os.getpid(), signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before, hook = signal.signal(signal.SIGINT, stop), sys.unraisablehook
    sys.unraisablehook = forgotten
    try:
        yield lambda: bool(pressed)
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, before)


def _write_what_can_be_written() -> None:
    """Output that is no UTF-8, and names that are none, are written with escapes; a summary never fails at its end."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
