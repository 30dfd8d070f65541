"""What --target spark needs beside the project, looked for before anything is made."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from headcount.errors import UsageError

_OLDEST_JAVA = 17
_HOW = "run 'make spark' and use build/spark/bin/headcount"


def forbid_missing() -> None:
    """Raises UsageError, which says what to do, where pyspark, dbt-spark or a Java that they can use is not there."""
    for module, package in (("pyspark", "pyspark"), ("dbt.adapters.spark", "dbt-spark")):
        if not _is_there(module):
            raise UsageError(f"target spark needs {package}, which this environment does not have; {_HOW}")
    java = _java()
    if java is None:
        raise UsageError(
            "target spark needs Java 17 or newer; install it (on Debian openjdk-17-jre-headless), or say where it is in JAVA_HOME"
        )
    version = _version(java)
    if version is None or version < _OLDEST_JAVA:
        raise UsageError(
            f"target spark needs Java 17 or newer, and {java} is {version or 'none'}; say in JAVA_HOME where another is"
        )


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home) / "bin" / "java"
        return str(java) if os.access(java, os.X_OK) else None
    return shutil.which("java")


def _version(java: str) -> int | None:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else None
