"""The project in dbt's memory: read once, and any of its models, unit tests and data tests compiled with one text changed."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headcount.project import PROFILES, PROJECT


class Project:
    """Made by `opened`; `warehouse` is a file with every relation, which dbt asks for the types of columns."""

    def __init__(self, config, manifest):
        from dbt.compilation import Compiler

        self.config, self.manifest = config, manifest
        self._compiler = Compiler(config)
        self.models = [key for key, node in manifest.nodes.items() if node.resource_type == "model"]
        self.tests = [key for key, node in manifest.nodes.items() if node.resource_type == "test"]
        self._unit_tests: dict[str, tuple] = {}

    @contextmanager
    def connected(self) -> Iterator[None]:
        from dbt.adapters.factory import get_adapter

        with get_adapter(self.config).connection_named("mutants"):
            yield

    # -- what compiles to what -----------------------------------------------------------------

    def sql(self, key: str) -> str:
        """A model or data test as SQL."""
        node = copy.copy(self.manifest.nodes[key])
        node.compiled, node.compiled_code, node.extra_ctes = False, None, []
        return self._compiler.compile_node(node, self.manifest, {}, write=False).compiled_code

    def sql_of(self, text: str) -> str:
        """Any text with Jinja, in the place of a model without rows of its own."""
        node = copy.copy(self.manifest.nodes["model.headcount.stg_run"])
        node.raw_code, node.compiled, node.compiled_code, node.extra_ctes = text, False, None, []
        return self._compiler.compile_node(node, self.manifest, {}, write=False).compiled_code

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """What compiles within is of a night that goes on from another."""
        from dbt_common.context import get_invocation_context

        environment = get_invocation_context().env
        environment["HEADCOUNT_SEALED_UNTIL"] = "2026-01-01T00:00:00Z"
        try:
            yield
        finally:
            environment["HEADCOUNT_SEALED_UNTIL"] = ""

    def unit_tests_of(self, model: str) -> list[str]:
        return [key for key, test in self.manifest.unit_tests.items() if test.depends_on.nodes[0] == model]

    def unit_sql(self, key: str) -> str:
        """A unit test as SQL that gives its actual rows: the model as it is now over the rows that the test gives."""
        from dbt.parser.unit_tests import UnitTestManifestLoader

        if key not in self._unit_tests:
            loaded = UnitTestManifestLoader(self.manifest, self.config, {key}).load()
            self._unit_tests[key] = loaded, loaded.nodes[key]
        loaded, original = self._unit_tests[key]
        node = copy.copy(original)
        node.raw_code = self.manifest.nodes[original.tested_node_unique_id].raw_code
        node.compiled, node.compiled_code, node.extra_ctes, node.extra_ctes_injected = False, None, [], False
        compiled = self._compiler.compile_node(node, loaded, {}, write=False).compiled_code
        rows = original.config.expected_rows
        columns = ", ".join(rows[0]) if rows else "*"
        return f"select {columns} from ({compiled}\n) as actual"

    # -- one text changed ----------------------------------------------------------------------

    def texts_of(self, path: str, text: str) -> list[tuple]:
        """What a file of models or macros with this text makes otherwise: (what, its attribute, its value)."""
        return self._models_of(path, text) or self._macros_of(path, text)

    @contextmanager
    def with_texts(self, changed: list[tuple]) -> Iterator[set[str]]:
        """These have these texts; gives the models and tests that it can matter to."""
        before = [(one, name, getattr(one, name)) for one, name, _ in changed]
        for one, name, value in changed:
            setattr(one, name, value)
        try:
            yield self._reached_by({one.unique_id for one, _, _ in changed})
        finally:
            for one, name, value in before:
                setattr(one, name, value)

    def _models_of(self, path: str, text: str) -> list[tuple]:
        nodes = [node for node in self.manifest.nodes.values() if node.original_file_path == path]
        return [(node, "raw_code", text.strip()) for node in nodes]

    def _macros_of(self, path: str, text: str) -> list[tuple]:
        from dbt_common.clients.jinja import extract_toplevel_blocks

        blocks = extract_toplevel_blocks(text, allowed_blocks={"macro", "materialization"}, collect_raw_data=False)
        written = {block.block_name: block.full_block for block in blocks}
        ours = [one for one in self.manifest.macros.values() if one.package_name == "headcount"]
        return [
            (one, "macro_sql", written[one.name]) for one in ours if one.original_file_path == path and one.name in written
        ]

    def _reached_by(self, changed: set[str]) -> set[str]:
        """The models and tests made with any of these, in whichever macro."""
        macros = {key for key in changed if key.startswith("macro.")}
        grown = True
        while grown:
            more = {key for key, one in self.manifest.macros.items() if macros & set(one.depends_on.macros)} - macros
            macros, grown = macros | more, bool(more)
        keys = self.models + self.tests
        return changed - macros | {key for key in keys if macros & set(self.manifest.nodes[key].depends_on.macros)}


def opened(warehouse: Path, target: Path) -> Project:
    """Read the project in this process (13 s of CPU, or 5 where a night has)."""
    from dbt import selected_resources
    from dbt.cli.main import dbtRunner
    from dbt.task.compile import CompileTask

    from headcount.dbt_plugin import Plugin
    from headcount.nightly import parsed

    os.environ.update(HEADCOUNT_LANDING="", HEADCOUNT_SEALED_UNTIL="", HEADCOUNT_MEMORY="1000MB", DO_NOT_TRACK="1")
    Plugin.warehouse = str(warehouse)
    parsed.lend(target)
    found = []

    def keep(task):
        task.compile_manifest()
        found.append((task.config, task.manifest))
        return []

    # dbt has no other way to its configuration: the task that it makes is asked, and compiles nothing.
    usual, CompileTask.run = CompileTask.run, keep
    try:
        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES)]
        result = dbtRunner().invoke(["--quiet", "compile", *places, "--target-path", str(target), "--log-path", str(target)])
    finally:
        CompileTask.run = usual
    if not found:
        raise SystemExit(f"dbt could not read the project: {result.exception}")
    config, manifest = found[0]
    selected_resources.set_selected_resources(set(manifest.nodes))
    return Project(config, manifest)
