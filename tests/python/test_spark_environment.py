"""The environment of `make spark` lies on top of .venv, and .venv stays as it is."""

import subprocess
import sys
import zipfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from headcount.project import PROJECT
from tests.support.command import environment

# One that .venv has, at a version that nobody published.
PACKAGE, OTHER = "iniconfig", "0.0.1"


def wheel(folder: Path) -> Path:
    """The package as a wheel with nothing in it but its name and version."""
    about = f"{PACKAGE}-{OTHER}.dist-info"
    path = folder / f"{PACKAGE}-{OTHER}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {OTHER}\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")
    return path


def entries(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below but compiled Python, which whoever runs it may write."""
    files = [path for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def spark(tmp_path_factory) -> Path:
    """An environment made by the recipe, with a package that .venv has at another version."""
    folder = tmp_path_factory.mktemp("made")
    made, locked, env = wheel(folder), folder / "requirements.txt", folder / "spark"
    locked.write_text(f"{PACKAGE}=={OTHER} --hash=sha256:{sha256(made.read_bytes()).hexdigest()}\n")
    before = entries(PROJECT / ".venv")
    words = ["make", "--silent", "--old-file", ".venv/.ready", f"{env}/.ready", f"SPARK={env}", f"SPARK_REQUIREMENTS={locked}"]
    subprocess.run(words, cwd=PROJECT, check=True, env=environment(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(folder)))
    assert entries(PROJECT / ".venv") == before
    return env


def said(*words) -> str:
    """What a program of the environment prints, run from elsewhere."""
    kept = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    return subprocess.run(list(map(str, words)), cwd="/", env=kept, check=True, capture_output=True, text=True).stdout


def test_a_package_that_is_installed_there_is_another_one_here(spark):
    asked = f"from importlib.metadata import version; print(version('{PACKAGE}'))"
    assert said(spark / "bin" / "python", "-c", asked).strip() == OTHER
    assert said(sys.executable, "-c", asked).strip() == version(PACKAGE) != OTHER


def test_it_runs_the_project_with_its_plugin_and_the_packages_of_the_venv(spark):
    asked = "import dbt_headcount, duckdb, headcount; print(headcount.__file__)"
    assert said(spark / "bin" / "python", "-P", "-c", asked).strip() == str(PROJECT / "headcount" / "__init__.py")
    assert "headcount" in said(spark / "bin" / "headcount", "--version")
