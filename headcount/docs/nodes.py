"""What the project consists of, by name and by file, and the page on which each part is described."""

from functools import cached_property

# The kinds of which dbt's documentation has a page each.
_KINDS = ("model", "seed", "analysis", "test", "unit_test", "macro", "source", "exposure", "semantic_model", "metric")
# Those whose names are words of their own; a metric is called like a source of users, or a column.
_TELLING = _KINDS[:6]


class Nodes:
    """The parts of dbt's manifest that are the project's own."""

    def __init__(self, manifest: dict):
        self._manifest = manifest
        groups = ("nodes", "sources", "exposures", "unit_tests", "macros", "semantic_models", "metrics")
        self.all = {
            key: node
            for group in groups
            for key, node in manifest.get(group, {}).items()
            if node["package_name"] == "headcount" and node["resource_type"] in _KINDS
        }

    @cached_property
    def marts(self) -> dict[str, dict]:
        """The marts by name, in the order of their areas."""
        found = [node for node in self.all.values() if node["original_file_path"].startswith("models/marts/")]
        models = [node for node in found if node["resource_type"] == "model"]
        return {node["name"]: node for node in sorted(models, key=lambda node: node["original_file_path"])}

    @cached_property
    def pages(self) -> dict[str, str]:
        """Names, and paths of files with one part in them, to the page about it, seen from the top of the site."""
        found: dict[str, str] = {}
        # In the order of _TELLING: where two parts share a name, the earlier kind has it.
        telling = [item for item in self.all.items() if item[1]["resource_type"] in _TELLING]
        for key, node in sorted(telling, key=lambda item: -_TELLING.index(item[1]["resource_type"])):
            page = self.page(node, key)
            found[node["name"]] = page
            if node["resource_type"] in ("model", "seed", "analysis", "macro"):
                found[node["original_file_path"]] = page
        return found

    @cached_property
    def metrics(self) -> dict[str, str]:
        """The metrics by name, with the page about each."""
        return {node["name"]: self.dbt_page(key) for key, node in self.all.items() if node["resource_type"] == "metric"}

    def page(self, node: dict, key: str) -> str:
        """The page about a part: our own for a mart, else dbt's."""
        if node["resource_type"] == "model" and node["name"] in self.marts:
            return f"marts/{node['name']}.html"
        return self.dbt_page(key)

    def dbt_page(self, key: str) -> str:
        """dbt's page about a part."""
        return f"dbt/index.html#!/{key.split('.')[0]}/{key}"

    def children(self, key: str) -> list[str]:
        """The keys of the models, analyses, exposures and the like that read a part."""
        found = self._manifest["child_map"].get(key, [])
        return sorted(child for child in found if child.split(".")[0] in ("model", "analysis", "exposure", "semantic_model"))

    def parents(self, key: str) -> list[str]:
        """The keys of the parts that a part reads."""
        return sorted(self._manifest["parent_map"].get(key, []))
