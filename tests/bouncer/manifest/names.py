"""Checks of dbt-bouncer on names and folders."""

import re

from dbt_bouncer.check_framework.decorator import check, fail


@check
def check_unit_test_names(unit_test):
    """A unit test is called `<model>__<behaviour in words>`."""
    if not re.fullmatch(re.escape(unit_test.model) + r"__[a-z0-9]+(_[a-z0-9]+)*", unit_test.name):
        fail(f"unit test `{unit_test.name}` should be called {unit_test.model}__<behaviour in words>")


@check
def check_model_path(model, *, path_pattern: str):
    """A model's file is where the pattern says."""
    path = model.original_file_path.replace("\\", "/")
    if not re.search(path_pattern, path):
        fail(f"{path} is not in the folder of its layer (pattern: {path_pattern})")
