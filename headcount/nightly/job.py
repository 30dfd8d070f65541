"""The order of the steps of a night."""

from headcount import run
from headcount.errors import CheckFailed, UsageError
from headcount.nightly.history import History
from headcount.nightly.models import build_models
from headcount.nightly.progress import Progress
from headcount.nightly.state import State
from headcount.nightly.summary import summary


def nightly(options) -> int:
    """Landing checks, models with their tests, exports. Nothing in use changes unless all of it holds."""
    if options.target == "spark":
        raise UsageError("target spark is not available in this version; use --target duckdb")
    as_of = run.as_of_night(options.as_of)
    landing = options.landing.resolve()
    forbid_unknown_ruleset(options.ruleset)
    progress = Progress()

    from headcount.landing import inspect

    zone = inspect(landing)
    before = History(None if options.full_refresh else options.warehouse)
    before.forbid_going_back(as_of)
    before.forbid_mixing(options.ruleset)
    progress.step(f"landing zone {landing}: {sum(len(t.files) for t in zone.tables.values())} files")
    check_readable(zone)
    before.forbid_rewriting(zone)

    with State(options.warehouse) as state:
        warnings = check_landing(zone, as_of, state, progress)
        state.start(options.full_refresh)
        progress.step("models: starting dbt")
        build_models(state, environment(landing, as_of, options.ruleset), progress)
        export = write_export(options, as_of, state, progress)
        text = summary(state.building, export, warnings, zone.passed_over, options.warehouse)
        state.publish()
    print(text)
    return 0


def environment(landing, as_of, ruleset) -> dict[str, str]:
    """What the dbt project reads from the environment."""
    return {
        "HEADCOUNT_LANDING": str(landing),
        "HEADCOUNT_AS_OF": as_of.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "HEADCOUNT_RULESET": ruleset or "",
    }


def forbid_unknown_ruleset(ruleset: str | None) -> None:
    """Raises UsageError for a ruleset that no row of the seed has, and for a seed that cannot be read."""
    from headcount import seeds

    seeds.forbid_unreadable()
    known = [row["ruleset_id"] for row in seeds.rows("rules/rule_rulesets.csv")]
    if ruleset is not None and ruleset not in known:
        raise UsageError(f"ruleset {ruleset!r} is not one of {', '.join(known)}")


def check_readable(zone) -> None:
    """Open every file: raises LandingError for one that cannot be, or a required column that is missing."""
    import duckdb

    from headcount.landing import register

    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        register(connection, zone)


def check_landing(zone, as_of, state, progress) -> list[str]:
    """Great Expectations over the landed tables. Returns the warnings; raises CheckFailed where it has to stop."""
    from headcount.expectations import check_landing as expect

    progress.step("landing checks")
    page = state.folder / "landing_checks.html"
    report = expect(zone, as_of, page)
    if report.stops:
        raise CheckFailed(f"landing check stopped the night: {report.stops[0]}; report: {page}")
    return [str(warning) for warning in report.warnings]


def write_export(options, as_of, state, progress):
    """The billing export; a what-if run writes none."""
    if options.ruleset:
        return None
    from headcount.exports import export

    progress.step("export")
    return export(state.building, options.exports.resolve(), as_of)
