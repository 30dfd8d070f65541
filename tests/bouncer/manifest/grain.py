"""Checks of dbt-bouncer on grain: `config.meta.grain` lists the columns that make a row, and a test holds it.

The test is `unique_combination` over those columns, or `unique` with `not_null` for a grain of one column.
"""

from dbt_bouncer.check_framework.decorator import check, fail


def grain_of(model) -> list[str]:
    """The columns of the grain as declared, or nothing where they are not a list of names."""
    declared = (model.meta or {}).get("grain")
    if not isinstance(declared, list) or not all(isinstance(name, str) for name in declared):
        return []
    return list(declared)


def tests_of(model, ctx) -> list[tuple[str, dict]]:
    """Name and arguments of the generic tests on all rows of a model."""
    found = []
    for test in ctx.tests_by_attached_node.get(model.unique_id, []):
        metadata = getattr(test, "test_metadata", None)
        if metadata and not getattr(test.config, "where", None) and not getattr(test.config, "limit", None):
            found.append((metadata.name, dict(metadata.kwargs or {})))
    return found


@check
def check_model_grain_is_declared(model):
    """Every model has `config.meta.grain`, a list of columns, each of them a column of its YAML (if that lists any)."""
    grain = grain_of(model)
    if not grain:
        fail(f"`{model.name}` has no grain: write `config: {{meta: {{grain: [column, ...]}}}}` in {model.name}.yml")
    strangers = [name for name in grain if model.columns and name not in model.columns]
    if strangers:
        fail(f"the grain of `{model.name}` names columns that its YAML does not have: {', '.join(strangers)}")


@check
def check_model_grain_is_unique(model, ctx):
    """A uniqueness test covers exactly the columns of the grain, on all rows."""
    grain = grain_of(model)
    tests = tests_of(model, ctx)
    combinations = [set(arguments.get("columns") or []) for name, arguments in tests if name == "unique_combination"]
    if len(grain) == 1:
        single = {name for name, arguments in tests if arguments.get("column_name") == grain[0]}
        if {"unique", "not_null"} <= single:
            return
    if set(grain) not in combinations:
        tested = "; ".join(", ".join(sorted(columns)) for columns in combinations) or "none"
        fail(
            f"`{model.name}` has the grain ({', '.join(grain)}) and no unique_combination test over exactly these "
            f"columns without `where` or `limit` (tested: {tested})"
        )
