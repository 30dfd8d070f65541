"""The order of the steps of a night."""

from headcount import run
from headcount.errors import CheckFailed, UsageError
from headcount.exports import Leaving, forbid_lost_exports
from headcount.exports.memory import remembered_by
from headcount.garbage import seldom_collected
from headcount.land.place import forbid_during_load
from headcount.nightly.figures import figures
from headcount.nightly.history import History
from headcount.nightly.in_use import forbid_replacing
from headcount.nightly.made_with import made_with
from headcount.nightly.models import build_models
from headcount.nightly.progress import Progress
from headcount.nightly.state import State
from headcount.nightly.summary import summary
from headcount.nightly.whole import close_whole
from headcount.results import note
from headcount.spelling import instant
from headcount.warehouse import BESIDE_ROWS, attached, first_line


def nightly(options) -> int:
    """Landing checks, models with their tests, exports. Nothing in use changes unless all of it holds."""
    try:
        with seldom_collected():
            text = _night(options)
    except BrokenPipeError:
        raise
    except OSError as error:
        place = error.filename2 or error.filename
        where = f" at {place}" if place else ""
        raise UsageError(
            f"the night cannot go on{where} ({error.strerror or error}); the warehouse in use is as it was; "
            "make room, or have the place opened, and run it again"
        ) from error
    print(text)
    return 0


def _night(options) -> str:
    on_spark = options.target == "spark"
    if on_spark:
        from headcount.spark.needs import forbid_missing

        forbid_missing()
    as_of = run.as_of_night(options.as_of)
    landing = options.landing.resolve()
    # Asked when the night has its instant: a load that begins later has a later one.
    forbid_during_load(landing)
    forbid_unknown_ruleset(options.ruleset)
    exports = None if options.ruleset or options.no_export else options.exports.absolute()
    progress = Progress()

    with State(options.warehouse) as state:
        in_use = state.in_use()
        remembered = remembered_by(in_use)
        if exports:
            forbid_lost_exports(exports, remembered)

        from headcount.expectations import Earlier
        from headcount.landing import inspect, take_stock
        from headcount.landing.stock import forbid_touched

        zone = inspect(landing)
        before = History(None if options.full_refresh else in_use)
        before.forbid_going_back(as_of)
        before.forbid_mixing(options.ruleset)
        progress.step(f"landing zone {landing}: {len(zone.files)} files")
        stock = take_stock(zone, before.files)
        before.forbid_rewriting(stock)

        made = made_with(options.target)
        whole = "a night on Spark always is one" if on_spark else before.why_whole(made)
        sealed_until = before.last_as_of if whole is None else None
        earlier = Earlier(in_use, sealed_until) if sealed_until else None
        warnings = check_landing(stock, as_of, state, earlier, progress)
        state.start(options.full_refresh or on_spark)
        going_on = f"going on from {instant(before.last_as_of)}" if whole is None else f"a whole build, since {whole}"
        progress.step(f"models: {going_on}")
        words = environment(landing, exports, as_of, options.ruleset, sealed_until) | engine(stock, whole is not None)
        if on_spark:
            from headcount.spark.build import build_models_on_spark

            build_models_on_spark(state, words, stock, made, progress, None if options.full_refresh else in_use)
        else:
            build_models(state, words, stock, made, progress)
        keep_warnings(state.building, warnings)
        forbid_touched(stock)

        def said(export):
            note(**figures(state.building, export, warnings, sealed_until))
            return summary(state.building, export, warnings, zone, options.warehouse)

        return _ended(state, exports, as_of, remembered, said, progress)


def _ended(state, exports, as_of, remembered, said, progress) -> str:
    """Put what was built in use, and let the export leave where there is one: both are whole before either is seen. Returns
    what `said` says of the night and its export."""
    if not exports:
        close_whole(state.building, as_of, remembered)
        text = said(None)
        state.put_in_use(progress)
        return text
    progress.step("export")
    with Leaving(exports, as_of) as leaving:
        close_whole(state.building, as_of, gathered(state.building, leaving, remembered))
        leaving.write()
        text = said(leaving.export)
        # Nobody may have begun to write to the warehouse meanwhile: it is about to be replaced.
        forbid_replacing(state.warehouse)
        leaving.publish()
        state.put_in_use(progress)
    return text


def environment(landing, exports, as_of, ruleset, sealed_until) -> dict[str, str]:
    """What the dbt project reads from the environment."""
    return {
        "HEADCOUNT_LANDING": str(landing),
        "HEADCOUNT_EXPORTS": str(exports or ""),
        "HEADCOUNT_AS_OF": instant(as_of),
        "HEADCOUNT_SEALED_UNTIL": instant(sealed_until) if sealed_until else "",
        "HEADCOUNT_RULESET": ruleset or "",
    }


def engine(stock, whole: bool) -> dict[str, str]:
    """In how many slices the engine groups activity: one for each 25 million rows to read."""
    rows = sum(known.rows for known in (stock.files if whole else stock.new))
    return {"HEADCOUNT_SLICES": str(1 + rows // 25_000_000)}


def forbid_unknown_ruleset(ruleset: str | None) -> None:
    """Raises UsageError for a ruleset that no row of the seed has, and for a seed that cannot be read or says what no
    model knows."""
    from headcount.holds import forbid_unclear_holds
    from headcount.rulesets import forbid_unknown_corrections
    from headcount.seeds import forbid_unreadable, rows
    from headcount.thresholds import forbid_bad_thresholds

    forbid_unreadable()
    forbid_bad_thresholds()
    forbid_unknown_corrections()
    forbid_unclear_holds()
    known = [row["ruleset_id"] for row in rows("rules/rule_rulesets.csv")]
    if ruleset is not None and ruleset not in known:
        raise UsageError(f"ruleset {ruleset!r} is not one of {', '.join(known)}")


def check_landing(stock, as_of, state, earlier, progress) -> list[str]:
    """Great Expectations over the landed tables. Returns the warnings; raises CheckFailed where it has to stop."""
    from headcount.expectations import check_landing as expect

    progress.step("landing checks")
    page = state.folder / "landing_checks.html"
    report = expect(stock, as_of, page, earlier=earlier)
    if report.stops:
        raise CheckFailed(f"landing check stopped the night: {report.stops[0]}; report: {page}")
    return [str(warning) for warning in report.warnings]


def keep_warnings(built, warnings: list[str]) -> None:
    """What the landing checks warn of, as `landing.warnings` in the warehouse: the pages say it to whoever did not see the
    night."""
    with attached(built, read_only=False) as connection:
        connection.execute("create schema if not exists landing")
        connection.execute("create or replace table landing.warnings (warning varchar)")
        if warnings:
            connection.execute("insert into landing.warnings select unnest($1)", [warnings])


def gathered(built, leaving, remembered):
    """The rows of the export, taken from the new warehouse. Returns what the warehouse has to remember."""
    import duckdb

    try:
        with attached(built, read_only=False) as connection:
            connection.execute(f"set memory_limit = '{BESIDE_ROWS}'")
            return leaving.gather(connection, remembered)
    except duckdb.Error as error:
        raise UsageError(f"the new warehouse cannot be read ({first_line(error)}); nothing was exported") from error
