"""Exposures depend on what is read, and the check that says so has been seen to fail."""

from pathlib import Path

import pytest
import yaml

from headcount.project import PROJECT
from tests.checks.exposures import exposures, reads, wrong

SEMANTIC = "semantic_models:\n  - name: a\n    model: ref('{}')\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def exposure(path: Path, **changes) -> None:
    """Write an exposure of the metrics and the program of `project`."""
    one = {
        "name": "board",
        "label": "Board",
        "maturity": "high",
        "description": "A board.",
        "config": {"meta": {"reads": ["models/semantic/*.yml", "headcount/*.py"]}},
        "depends_on": ["ref('fct_a')", "ref('dim_b')", "ref('map_c')", "ref('exported_d')"],
    }
    write(path / "models/exposures/_board.yml", yaml.safe_dump({"exposures": [one | changes]}))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "models/semantic/_a.yml", SEMANTIC.format("fct_a") + "  - name: b\n    model: ref('dim_b')\n")
    write(tmp_path / "headcount/program.py", 'SQL = "select * from marts.fct_a, seeds.map_c, exports.exported_d"\n')
    exposure(tmp_path)
    return tmp_path


def messages(project: Path) -> list[str]:
    return [f"{finding.rule}: {finding.message}" for finding in wrong(project)]


def test_every_exposure_of_the_project_depends_on_what_is_read():
    assert wrong() == []


def test_the_dashboard_the_exports_and_the_semantic_layer_are_exposures():
    named = {one["name"]: [pattern.split("/*")[0] for pattern in one["config"]["meta"]["reads"]] for _, one in exposures(PROJECT)}
    assert "headcount/pages" in named["dashboard"]
    assert "headcount/exports" in named["billing_export"]
    assert "models/semantic" in named["semantic_layer"]


def test_a_project_in_order_has_no_findings(project):
    assert messages(project) == []


def test_what_is_read_and_not_said_is_found(project):
    write(project / "models/semantic/_more.yml", SEMANTIC.format("fct_new"))
    assert messages(project) == ["board: reads fct_new, which its depends_on lacks"]


def test_what_is_said_and_not_read_is_found(project):
    write(project / "headcount/program.py", 'SQL = "select * from marts.fct_a, exports.exported_d"\n')
    assert messages(project) == ["board: depends on map_c, which it does not read"]


@pytest.mark.parametrize("name", ["headcount/another/program.py", "models/semantic/more/_a.yml"])
def test_a_reader_that_no_exposure_names_is_found(project, name):
    texts = {
        "headcount": 'SQL = "select * from marts.fct_a"\n',
        "models": SEMANTIC.format("fct_a"),
    }
    write(project / name, texts[name.split("/")[0]])
    assert messages(project) == ["exposures: reads fct_a, and no exposure names it"]


def test_an_exposure_of_nothing_is_found(project):
    exposure(project, config={"meta": {"reads": ["boards/*.yml"]}}, depends_on=[], description="")
    assert messages(project)[:3] == [
        "board: has no description",
        "board: reads boards/*.yml, where no file is",
        "board: its files read nothing",
    ]


def test_a_project_without_exposures_is_found(project):
    (project / "models/exposures/_board.yml").unlink()
    assert messages(project)[0] == "exposures: there are none"


def test_a_semantic_layer_reads_its_models_and_its_time_spine(tmp_path):
    write(tmp_path / "a.yml", "semantic_models:\n  - name: a\n    description: not ref('fct_b')\n    model: ref('fct_a')\n")
    write(tmp_path / "b.yml", "models:\n  - name: dim_days\n    time_spine: {}\n  - name: dim_c\n    description: ref('fct_b')\n")
    assert reads(tmp_path / "a.yml") == {"fct_a"}
    assert reads(tmp_path / "b.yml") == {"dim_days"}
