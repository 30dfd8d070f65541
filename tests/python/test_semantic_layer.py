"""The metrics say what plain SQL over the marts says, for every grouping of every saved query; and nothing more.

On the sample, through `headcount metrics`; what MetricFlow's own command says of the models is asked once. About 15 s
of one core.
"""

import csv
import json
import re
import shutil
import socket
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from headcount import metrics as metrics_command
from headcount.cli import main
from headcount.metrics import Metrics
from headcount.project import PROFILES, PROJECT
from headcount.sample import SAMPLE_AS_OF
from tests.support.command import environment

pytestmark = pytest.mark.xdist_group("sample")

PAGE = (PROJECT / "docs" / "semantic_layer.md").read_text("utf-8")
PERIODS = "inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)"
LOCAL = "cast(timezone(zones.timezone, timezone('UTC', {})) as date)"
ZONES = "left join (from intermediate.int_locations__placed where is_metered) as zones using (location_id)"

# What each metric is about: rows with the local day on which their period starts, found without the semantic layer.
FACTS = {
    "counts": f"select counts.*, periods.period_start_on as start_on from marts.fct_active_user_counts as counts {PERIODS}",
    "sources": f"select sources.*, periods.period_start_on as start_on from marts.fct_active_user_sources as sources {PERIODS}",
    "movements": f"select moves.*, periods.period_start_on as start_on, periods.period_status "
    f"from marts.fct_active_user_movements as moves {PERIODS}",
    "corrections": "select corrections.*, periods.period_start_on as start_on "
    f"from marts.fct_active_user_corrections as corrections {PERIODS}",
    "usage": "select usage.*, usage.account_id as location_id, periods.period_start_on as start_on "
    "from marts.fct_package_usage as usage inner join marts.dim_billing_periods as periods "
    "on usage.account_id = periods.location_id and usage.period_start_at = periods.period_start_at",
    "lines": f"select lines.*, {LOCAL.format('period_start_at')} as start_on, {LOCAL.format('billed_at')} as bill_on "
    f"from marts.fct_billing_lines as lines {ZONES}",
    "exceptions": f"select exceptions.* exclude (period_start_on), {LOCAL.format('period_start_at')} as start_on "
    f"from marts.billing_exceptions as exceptions {ZONES}",
    "held": f"select lines.*, {LOCAL.format('period_start_at')} as start_on from marts.fct_billing_lines as lines {ZONES} "
    "where billing_line_id in (select billing_line_id from marts.fct_held_lines)",
    "rejected": "select *, cast(loaded_at as date) as start_on from marts.rejected_records",
}
ADJUSTED = "filter (where line_kind = 'adjustment')"
SUMS = {
    "active_users": ("counts", "sum(active_users)"),
    "billing_periods": ("counts", "count(*)"),
    "active_users_by_source": ("sources", "count(distinct (location_id, period_start_at, customer_id))"),
    "distinct_customers": ("sources", "count(distinct customer_id)"),
    "new_users": ("movements", "count(*) filter (where movement = 'new')"),
    "kept_users": ("movements", "count(*) filter (where movement = 'kept')"),
    "returning_users": ("movements", "count(*) filter (where movement = 'returning')"),
    "lost_users": ("movements", "count(*) filter (where movement = 'lost')"),
    "late_additions": ("corrections", "count(*) filter (where correction = 'late_addition')"),
    "retractions": ("corrections", "count(*) filter (where correction = 'retraction')"),
    "active_clients": ("usage", "sum(active_clients)"),
    "client_limit": ("usage", "sum(client_limit)"),
    "accounts_over_limit": ("usage", "count(*) filter (where is_over_limit)"),
    "days_over_limit": ("usage", "sum(days_over_limit)"),
    "amount_billed": ("lines", "case when count(distinct currency) = 1 then sum(amount) end"),
    "billed_currencies": ("lines", "count(distinct currency)"),
    "billing_lines": ("lines", "count(*)"),
    "amount_adjusted": ("lines", f"case when count(distinct currency) {ADJUSTED} = 1 then sum(amount) {ADJUSTED} end"),
    "adjusted_currencies": ("lines", f"count(distinct currency) {ADJUSTED}"),
    "adjustments": ("lines", f"count(*) {ADJUSTED}"),
    "amount_held": ("held", "case when count(distinct currency) = 1 then sum(amount) end"),
    "held_currencies": ("held", "count(distinct currency)"),
    "held_lines": ("held", "count(*)"),
    "billing_exceptions": ("exceptions", "count(*)"),
    "rejected_rows": ("rejected", "count(distinct (source_table, row_hash))"),
}
GROUPS = {
    "metric_time__month": "date_trunc('month', start_on)",
    "account": "facts.account_id",
    "location": "facts.location_id",
    "account__product": "(select product from marts.dim_accounts as accounts where accounts.account_id = facts.account_id)",
    "active_user_source__source": "source",
    "package_month__plan": "plan",
    "billing_line__currency": "currency",
    "held_line__currency": "currency",
    "billing_line__line_kind": "line_kind",
    "billing_line__billed_on__month": "date_trunc('month', bill_on)",
    "billing_exception__exception": "exception",
    "rejected_record__source_table": "source_table",
    "rejected_record__reason": "reason",
}
# Metrics, groups, and the condition in plain SQL.
SAVED = {
    "active_users_by_location_and_month": (
        ["active_users", "billing_periods"], ["metric_time__month", "account", "location"], "true"),
    "active_users_by_source_and_month": (
        ["active_users_by_source"], ["metric_time__month", "account__product", "active_user_source__source"], "true"),
    "user_movements_by_location_and_month": (
        ["new_users", "kept_users", "returning_users", "lost_users"], ["metric_time__month", "location"],
        "period_status != 'open'"),
    "clients_against_limits": (
        ["active_clients", "client_limit", "accounts_over_limit", "days_over_limit"],
        ["metric_time__month", "account", "package_month__plan"], "true"),
    "amount_billed_by_account_month_and_currency": (
        ["amount_billed", "billing_lines"], ["metric_time__month", "account", "billing_line__currency"], "true"),
    "amount_billed_by_kind_and_billing_month": (
        ["amount_billed", "billing_lines"],
        ["billing_line__billed_on__month", "billing_line__line_kind", "billing_line__currency"], "true"),
    "amount_adjusted_by_account_and_billing_month": (
        ["amount_adjusted", "adjustments"],
        ["billing_line__billed_on__month", "account", "billing_line__currency"], "true"),
    "amount_held_by_account_month_and_currency": (
        ["amount_held", "held_lines"], ["metric_time__month", "account", "held_line__currency"], "true"),
    "billing_exceptions_by_account": (["billing_exceptions"], ["account", "billing_exception__exception"], "true"),
    "late_corrections_by_location_and_month": (
        ["late_additions", "retractions"], ["metric_time__month", "location"], "true"),
    "rejected_rows_by_table_and_reason": (
        ["rejected_rows"], ["rejected_record__source_table", "rejected_record__reason"], "true"),
}
PARTS = [(name, part) for name, (_, groups, _) in SAVED.items() for part in [None, *groups]]


@pytest.fixture(scope="module")
def warehouse(sample_warehouse, semantic_manifest, tmp_path_factory) -> Path:
    """The sample as a night leaves it, with the semantic layer beside it. A copy: other tests have the sample open."""
    file = tmp_path_factory.mktemp("semantic") / sample_warehouse.name
    beside = file.with_name(f"{file.name}.state") / "dbt"
    beside.mkdir(parents=True)
    shutil.copyfile(sample_warehouse, file)
    shutil.copyfile(semantic_manifest, beside / "semantic_manifest.json")
    return file


@pytest.fixture(scope="module")
def metrics(warehouse) -> Metrics:
    return Metrics(warehouse)


@pytest.fixture(scope="module")
def ask(metrics):
    """The answer of the metrics, as rows by the values of their groups."""

    def asked(names, groups, **more):
        columns, rows = metrics.ask(**{"metrics": names, "group_by": groups} | more)
        assert sorted(columns) == sorted([*groups, *names])
        found = {
            tuple(row[columns.index(group)] for group in groups): {name: row[columns.index(name)] for name in names}
            for row in rows
        }
        assert len(found) == len(rows)
        return found

    return asked


@pytest.fixture(scope="module")
def plain(metrics):
    """The same from plain SQL over the marts."""

    def summed(names, groups, condition="true"):
        (fact,) = {SUMS[name][0] for name in names}
        wanted = ", ".join([*(GROUPS[group] for group in groups), *(SUMS[name][1] for name in names)])
        places = ", ".join(str(place + 1) for place in range(len(groups)))
        grouped = f" group by {places}" if groups else ""
        rows = metrics.connection.execute(f"select {wanted} from ({FACTS[fact]}) as facts where {condition}{grouped}").fetchall()
        width = len(groups)
        return {keyed(row[:width]): dict(zip(names, row[width:])) for row in rows}

    return summed


def keyed(values):
    """Dates as MetricFlow gives them."""
    return tuple(
        datetime(value.year, value.month, value.day) if hasattr(value, "month") and not isinstance(value, datetime) else value
        for value in values
    )


def conditions(saved) -> list[str]:
    where = saved.query_params.where
    return [one.where_sql_template for one in where.where_filters] if where else []


# -- the numbers -----------------------------------------------------------------------------


def test_every_saved_query_and_metric_is_held_here(metrics):
    assert {one.name for one in metrics.saved_queries()} == set(SAVED)
    assert {one.name for one in metrics.listed()} == set(SUMS)
    for saved in metrics.saved_queries():
        assert list(saved.query_params.metrics) == SAVED[saved.name][0]


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_query_says_what_plain_sql_says(ask, plain, name):
    names, groups, condition = SAVED[name]
    found = ask(names, groups, saved_query=name, metrics=None, group_by=None)
    assert found == plain(names, groups, condition)
    assert len(found) > 1


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_each_of_its_groups_alone_and_none_say_what_plain_sql_says(metrics, ask, plain, name, part):
    names, _, condition = SAVED[name]
    (saved,) = [one for one in metrics.saved_queries() if one.name == name]
    groups = [part] if part else []
    assert ask(names, groups, where=conditions(saved)) == plain(names, groups, condition)


@pytest.mark.parametrize("name", SUMS)
def test_a_metric_says_what_plain_sql_says_by_month_and_alone(ask, plain, name):
    for groups in ([], ["metric_time__month"]):
        found = ask([name], groups)
        assert found == plain([name], groups)
        assert found


# -- what is additive over what --------------------------------------------------------------


def test_new_kept_and_returning_users_are_the_active_users(ask):
    names = ["new_users", "kept_users", "returning_users", "active_users"]
    for row in ask(names, ["metric_time__day", "location"]).values():
        assert sum(row[name] or 0 for name in names[:3]) == row["active_users"]


def test_a_user_with_two_sources_is_under_both_and_once_in_the_sum(ask):
    ((_, whole),) = ask(["active_users", "active_users_by_source", "distinct_customers"], []).items()
    assert whole["active_users"] == whole["active_users_by_source"] > whole["distinct_customers"]
    parts = ask(["active_users_by_source"], ["active_user_source__source"])
    assert sum(row["active_users_by_source"] for row in parts.values()) > whole["active_users"]


def test_distinct_customers_add_up_over_accounts_only(ask):
    ((_, whole),) = ask(["distinct_customers"], []).items()

    def added(group):
        return sum(row["distinct_customers"] for row in ask(["distinct_customers"], [group]).values())

    assert added("account") == whole["distinct_customers"]
    assert added("location") > whole["distinct_customers"]
    assert added("metric_time__month") > whole["distinct_customers"]


# -- time ------------------------------------------------------------------------------------


def test_september_is_the_local_one(metrics, ask):
    """P1: a month that starts in UTC on the last day of the one before is in its own."""
    rows = metrics.connection.execute(
        "select location_id, period_start_on, active_users from marts.fct_active_user_counts "
        "where date_trunc('month', period_start_at) < date_trunc('month', period_start_on) and active_users > 0"
    ).fetchall()
    assert rows
    found = ask(["active_users"], ["location", "metric_time__day"])
    for location, start_on, users in rows:
        assert found[location, datetime(start_on.year, start_on.month, start_on.day)]["active_users"] == users


def test_the_calendar_holds_every_day_on_which_a_period_starts(metrics):
    (missing,) = metrics.connection.execute(
        "select count(*) from marts.dim_billing_periods as periods "
        "left join marts.dim_days as days on periods.period_start_on = days.date_on where days.date_on is null"
    ).fetchone()
    assert missing == 0
    assert metrics.connection.execute(
        "select count(*) = max(date_on) - min(date_on) + 1 from marts.dim_days"
    ).fetchone() == (True,)


# -- money -----------------------------------------------------------------------------------


def test_amounts_of_two_currencies_are_never_summed(metrics, ask):
    ((_, whole),) = ask(["amount_billed", "billed_currencies"], []).items()
    assert whole["billed_currencies"] > 1
    assert whole["amount_billed"] is None
    months = ask(["amount_billed", "billed_currencies"], ["metric_time__month"])
    assert {row["billed_currencies"] > 1 for row in months.values()} == {True, False}
    for row in months.values():
        assert (row["amount_billed"] is None) == (row["billed_currencies"] > 1)


def test_amounts_are_decimals_to_the_last_digit(ask):
    found = ask(["amount_billed"], ["billing_line__currency"])
    assert {type(row["amount_billed"]) for row in found.values()} == {Decimal}


def test_every_saved_query_of_amounts_groups_by_currency(metrics):
    for saved in metrics.saved_queries():
        if {"amount_billed", "amount_adjusted"} & set(saved.query_params.metrics):
            assert "Dimension('billing_line__currency')" in saved.query_params.group_by


def test_the_sum_that_mixes_currencies_cannot_be_asked_for(warehouse, capsys):
    assert main(["metrics", "--warehouse", str(warehouse), "--metrics", "active_users,amount_of_any_currency"]) == 2
    assert "amount_of_any_currency is only there for others" in capsys.readouterr().err
    assert main(["metrics", "--warehouse", str(warehouse)]) == 0
    assert "amount_of_any_currency" not in capsys.readouterr().out


# -- the models ------------------------------------------------------------------------------


def broken_expressions(manifest: dict, connection) -> list[str]:
    """Each dimension, entity and measure whose SQL its mart cannot answer."""
    broken = []
    for model in manifest["semantic_models"]:
        mart = f"marts.{model['node_relation']['alias']}"
        for part in [*model["dimensions"], *model["entities"], *model["measures"]]:
            expression = part["expr"] or part["name"]
            try:
                connection.execute(f"select {expression} from {mart} limit 0")
            except duckdb.Error:
                broken.append(f"{model['name']}.{part['name']}")
    return broken


def test_every_column_that_a_semantic_model_names_is_there(metrics, semantic_manifest):
    manifest = json.loads(semantic_manifest.read_text())
    assert broken_expressions(manifest, metrics.connection) == []
    manifest["semantic_models"][0]["dimensions"][0]["expr"] = "no_such_column"
    assert len(broken_expressions(manifest, metrics.connection)) == 1


def test_everything_is_described_with_what_it_adds_up_over(metrics):
    for model in metrics.manifest.semantic_models:
        own = [*model.dimensions, *model.measures]
        own += [part for part in model.entities if part.type.value == "primary"]
        assert [part.name for part in [model, *own] if not part.description] == []
    for metric in metrics.listed():
        assert re.search(r"adds? up over", metric.description, re.IGNORECASE), metric.name
        assert "`metric_time`" in metric.description, metric.name
    for saved in metrics.saved_queries():
        assert saved.description.startswith("One row for each ")


def test_the_page_lists_every_metric_and_saved_query_once(metrics):
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(one.name for one in [*metrics.listed(), *metrics.saved_queries()])


# -- the command -----------------------------------------------------------------------------


def test_the_command_answers_without_the_network(warehouse, monkeypatch, capsys):
    def refuse(*_, **__):
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    words = ["metrics", "--warehouse", str(warehouse), "--metrics", "amount_billed"]
    kwd = "{{ Dimension('billing_line__currency') }} = 'KWD'"
    assert main([*words, "--group-by", "billing_line__currency", "--where", kwd]) == 0
    head, _, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["billing_line__currency", "amount_billed"]
    assert re.fullmatch(r"KWD\s+\d+\.\d{3}", row)
    assert main(words) == 0
    assert "group by billing_line__currency" in capsys.readouterr().err


def test_the_command_writes_a_file_in_an_order_that_stays(warehouse, tmp_path, capsys):
    words = ["metrics", "--warehouse", str(warehouse), "--saved-query", "amount_billed_by_account_month_and_currency"]
    texts = []
    for name in ("one.csv", "other.csv"):
        assert main([*words, "--csv", str(tmp_path / name)]) == 0
        texts.append((tmp_path / name).read_text())
    head, *rows = texts[0].splitlines()
    assert texts[0] == texts[1]
    assert head == "metric_time__month,account,billing_line__currency,amount_billed,billing_lines"
    assert rows == sorted(rows)
    assert re.match(r"\d{4}-\d{2}-01,", rows[0])


def test_a_text_that_a_spreadsheet_would_run_is_written_as_exports_write_it(warehouse, tmp_path, capsys):
    own = Path(shutil.copytree(warehouse.parent, tmp_path / "own")) / warehouse.name
    with duckdb.connect(str(own)) as connection:
        connection.execute("update marts.dim_accounts set account_name = '=HYPERLINK(\"x\")' where account_id = 'nx-places'")
        connection.execute("update marts.dim_accounts set account_name = '-2' where account_id = 'nu-over-limit'")
    words = ["metrics", "--warehouse", str(own), "--metrics", "retractions,active_users"]
    assert main([*words, "--group-by", "account__account_name", "--csv", str(tmp_path / "file.csv")]) == 0
    with open(tmp_path / "file.csv", newline="") as file:
        names = [row[0] for row in csv.reader(file)]
    assert "'=HYPERLINK(\"x\")" in names
    assert "'-2" in names
    assert not [name for name in names if name.startswith(("=", "-"))]


@pytest.mark.parametrize(("place", "saying"), [
    ("none/file.csv", "no such folder; make it, or name a file elsewhere"),
    (".", "is a folder; name a file"),
    ("/proc/file.csv", "cannot be written"),
    ("a" * 300, "cannot be written"),
    ("loop/file.csv", "cannot be written"),
])  # fmt: skip
def test_a_file_that_cannot_be_written_is_said_before_the_question_is_asked(place, saying, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(metrics_command, "Metrics", None)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    words = ["metrics", "--warehouse", "none.duckdb", "--metrics", "active_users", "--csv", str(tmp_path / place)]
    assert main(words) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert saying in said
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_question_that_fails_leaves_the_file_as_it_was(warehouse, tmp_path, capsys):
    (tmp_path / "file.csv").write_text("last month's")
    words = ["metrics", "--warehouse", str(warehouse), "--csv", str(tmp_path / "file.csv")]
    assert main([*words, "--metrics", "nothing"]) == 2
    assert main(words) == 2
    assert "--csv writes the rows of a question" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file.csv"]
    assert (tmp_path / "file.csv").read_text() == "last month's"


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (["--metrics", "activ_users"], "active_users"),
        (["--metrics", "active_users", "--group-by", "billing_line__currency"], "does not match"),
        (["--saved-query", "nothing"], "nothing"),
        (["--metrics", "active_users", "--where", "no_column = 1"], "no_column"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_in_one_line(warehouse, capsys, words, saying):
    assert main(["metrics", "--warehouse", str(warehouse), *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert saying in told.err


def test_a_warehouse_without_its_semantic_layer_is_refused_in_one_line(warehouse, tmp_path, capsys):
    shutil.copyfile(warehouse, tmp_path / "headcount.duckdb")
    assert main(["metrics", "--warehouse", str(tmp_path / "headcount.duckdb")]) == 2
    assert "headcount nightly" in capsys.readouterr().err


# -- MetricFlow's own command ----------------------------------------------------------------


def test_mf_finds_the_configuration_valid_and_leaves_the_run_as_it_was(warehouse, semantic_manifest, tmp_path):
    """It reads target/ of the project, so the project stands in a folder of links. The proxy is one that nobody is."""
    project = tmp_path / "project"
    (project / "target").mkdir(parents=True)
    for path in PROJECT.iterdir():
        if path.name not in ("target", "logs", "build") and not path.name.startswith("."):
            (project / path.name).symlink_to(path)
    shutil.copyfile(semantic_manifest, project / "target" / "semantic_manifest.json")
    shutil.copyfile(warehouse, tmp_path / "headcount.duckdb")
    settings = environment(
        DBT_PROFILES_DIR=str(PROFILES), DBT_LOG_PATH=str(tmp_path / "logs"), HTTPS_PROXY="http://127.0.0.1:9",
        HEADCOUNT_WAREHOUSE=str(tmp_path / "headcount.duckdb"),
    )
    command = [str(Path(sys.executable).with_name("mf")), "validate-configs", "--show-all"]
    done = subprocess.run(command, cwd=project, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    said = re.findall(r"\(ERRORS: (\d+), FUTURE_ERRORS: (\d+), WARNINGS: (\d+)\)", done.stdout)
    assert len(said) == 6
    assert set(said) == {("0", "0", "0")}
    with duckdb.connect(str(tmp_path / "headcount.duckdb"), read_only=True) as connection:
        assert connection.execute("select as_of_at from landing.run").fetchall() == [(SAMPLE_AS_OF.replace(tzinfo=None),)]
