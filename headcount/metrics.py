"""`headcount metrics`: the metrics of models/semantic on a warehouse, through MetricFlow.

MetricFlow writes the SQL and DuckDB runs it here, on a warehouse opened read-only. Its own command `mf` turns decimals
into binary floats, asks the network for a newer version of itself at each start, and opens the warehouse to write.
"""

import json
import logging
import sys
from contextlib import nullcontext
from pathlib import Path

import duckdb

from headcount import tabular
from headcount.errors import UsageError
from headcount.sql import quoted
from headcount.warehouse import open_warehouse
from headcount.written import whole_file

MONEY = "amount_billed"
CURRENCY = "billing_line__currency"


class Metrics:
    """The metrics of one warehouse: what there is, the SQL of a question, and its rows."""

    def __init__(self, warehouse: Path, manifest: Path | None = None):
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        # A night leaves the semantic models that it built for beside the warehouse.
        manifest = manifest or warehouse.resolve().with_name(warehouse.name + ".state") / "dbt" / "semantic_manifest.json"
        if not manifest.is_file():
            raise UsageError(f"metrics: no file {manifest}; build the warehouse with 'headcount nightly'")
        self.connection = open_warehouse(warehouse)
        text = _with_relations_of(self.connection, json.loads(manifest.read_text("utf-8")))
        self.manifest = parse_manifest_from_dbt_generated_manifest(text)
        self._engine = MetricFlowEngine(SemanticManifestLookup(self.manifest), _Dialect())

    def listed(self) -> list:
        """The metrics to be asked for, by name; those that others are made of are left out."""
        return sorted((one for one in self.manifest.metrics if not _is_internal(one)), key=lambda one: one.name)

    def saved_queries(self) -> list:
        """The saved queries by name."""
        return sorted(self.manifest.saved_queries, key=lambda one: one.name)

    def groups(self, metrics: list[str]) -> list[str]:
        """By what all of these metrics can be grouped."""
        dimensions = self._engine.simple_dimensions_for_metrics(metrics)
        entities = self._engine.entities_for_metrics(metrics)
        return sorted({one.granularity_free_dunder_name for one in dimensions} | {one.name for one in entities})

    def sql(self, metrics=None, group_by=None, saved_query=None, where=None, order=None, limit=None) -> str:
        """The SQL of a question. Raises UsageError for one that cannot be asked."""
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        # Groups come in the order of their columns unless another is asked for; then the limit is MetricFlow's.
        own_order = not order
        internal = {one.name for one in self.manifest.metrics if _is_internal(one)}
        if asked := internal.intersection(metrics or []):
            raise UsageError(f"metric {', '.join(sorted(asked))} is only there for others to be made of")
        request = MetricFlowQueryRequest.create(
            saved_query_name=saved_query,
            metric_names=metrics or None,
            group_by_names=group_by or None,
            where_constraints=where or None,
            order_by_names=order or None,
            limit=None if own_order else limit,
        )
        try:
            sql = self._engine.explain(request).sql_statement.without_descriptions.sql
        except Exception as error:
            raise UsageError(f"metrics: {_told(error)}") from error
        if not own_order:
            return sql
        return f"SELECT * FROM (\n{sql}\n) ORDER BY ALL" + (f" LIMIT {limit}" if limit is not None else "")

    def ask(self, **question) -> tuple[list[str], list[tuple]]:
        """Names of the columns, and the rows with their values as DuckDB has them: an amount is a decimal."""
        try:
            cursor = self.connection.execute(self.sql(**question))
        except duckdb.Error as error:
            raise UsageError(f"metrics: {_told(error)}") from error
        return [column[0] for column in cursor.description], cursor.fetchall()


class _Dialect:
    """What MetricFlow wants to know to write SQL for DuckDB; it runs none."""

    def __init__(self):
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        self.sql_engine_type = SqlEngine.DUCKDB
        self.sql_plan_renderer = DuckDbSqlPlanRenderer()


def _with_relations_of(connection, manifest: dict) -> str:
    """The manifest with every table named in the database that is open, whatever it was parsed for."""
    (database,) = connection.execute("select current_database()").fetchone()
    for model in [*manifest["semantic_models"], *manifest["project_configuration"]["time_spines"]]:
        relation = model["node_relation"]
        relation["database"] = database
        relation["relation_name"] = ".".join(map(quoted, (database, relation["schema_name"], relation["alias"])))
    return json.dumps(manifest)


def _is_internal(metric) -> bool:
    return bool(metric.config and metric.config.meta.get("internal"))


def _told(error: Exception) -> str:
    """The first words of a long message, on one line."""
    return " ".join(str(error).split())[:500]


def metrics(options) -> int:
    """Answer a question, or say what can be asked."""
    if options.metrics and options.saved_query:
        raise UsageError("--saved-query is asked in place of --metrics; give one of them")
    if options.csv and (options.sql or options.groups or not (options.metrics or options.saved_query)):
        raise UsageError("--csv writes the rows of a question; ask one with --metrics or --saved-query alone")
    # A file that cannot be written is said before the question is asked.
    with whole_file(options.csv) if options.csv else nullcontext() as file:
        return _metrics(options, file)


def _metrics(options, file) -> int:
    logging.disable(logging.CRITICAL)
    found = Metrics(options.warehouse, options.manifest)
    asked = {"metrics": _names(options.metrics), "saved_query": options.saved_query}
    if not any(asked.values()):
        print("\n".join(_said(found)))
        return 0
    if options.groups:
        print("\n".join(found.groups(asked["metrics"])))
        return 0
    asked |= {"group_by": _names(options.group_by), "order": _names(options.order)}
    asked |= {"where": options.where, "limit": options.limit}
    if options.sql:
        print(found.sql(**asked))
        return 0
    names, rows = found.ask(**asked)
    if options.csv:
        tabular.write(file, names, rows)
        print(f"{len(rows):,} rows written to {options.csv}")
    else:
        print("\n".join(tabular.lines(names, rows)))
    if MONEY in names and not any("currency" in name for name in names) and any(row[names.index(MONEY)] is None for row in rows):
        print(f"{MONEY} is empty where there is more than one currency; group by {CURRENCY}", file=sys.stderr)
    return 0


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _said(found: Metrics) -> list[str]:
    """What there is, each with the first sentence of its description."""
    lines = []
    for title, option, things in (
        ("Metrics", "--metrics", found.listed()),
        ("Saved queries", "--saved-query", found.saved_queries()),
    ):
        lines += [f"{title} ({option}):"]
        width = max((len(one.name) for one in things), default=0)
        lines += [f"  {one.name:{width}}  {one.description.split('. ')[0].rstrip('.')}" for one in things]
    return lines
