"""`headcount analysis`: the questions of analyses/ on a warehouse, which is opened read-only.

dbt itself opens a warehouse to write, and makes the views of its landing zone anew.
"""

import re
import tempfile
from contextlib import nullcontext
from pathlib import Path

import duckdb
import yaml

from headcount import tabular
from headcount.compiled import compiled
from headcount.errors import UsageError
from headcount.project import PROJECT
from headcount.warehouse import first_line, open_warehouse
from headcount.written import whole_file

_FOLDER = PROJECT / "analyses"


def analysis(warehouse: Path, question: str | None, customer: str | None, csv: Path | None) -> int:
    """Answer a question, or say which there are. Raises UsageError for one that there is not, a file that cannot be written
    and a warehouse that cannot be read."""
    known = sorted(path.stem for path in _FOLDER.glob("*.sql"))
    if question is None:
        print("\n".join(_asked(known)))
        return 0
    if question not in known:
        raise UsageError(f"analysis {question!r} is not one of {', '.join(known)}")
    with whole_file(csv) if csv else nullcontext() as file, open_warehouse(warehouse) as connection:
        try:
            cursor = connection.execute(_sql(question, customer))
        except duckdb.Error as error:
            raise UsageError(f"analysis {question}: warehouse {warehouse} cannot answer it ({first_line(error)})") from error
        names, rows = [column[0] for column in cursor.description], cursor.fetchall()
        if csv:
            tabular.write(file, names, rows)
    print(f"{len(rows):,} rows written to {csv}" if csv else "\n".join(tabular.lines(names, rows)))
    return 0


def _asked(known: list[str]) -> list[str]:
    """Each with its question, which its description begins with."""
    width = max(map(len, known))
    return [f"{name:{width}}  {_described(name).partition('?')[0]}?" for name in known]


def _described(name: str) -> str:
    return yaml.safe_load((_FOLDER / f"{name}.yml").read_text("utf-8"))["analyses"][0]["description"]


def _sql(question: str, customer: str | None) -> str:
    has_customer = re.search(r"var\('customer_id'", (_FOLDER / f"{question}.sql").read_text("utf-8"))
    if customer is not None and not has_customer:
        raise UsageError(f"analysis {question} is not about one customer; leave --customer out")
    variables = {} if customer is None else {"customer_id": customer}
    with tempfile.TemporaryDirectory(prefix="headcount-analysis-") as folder:
        found = compiled(Path(folder), "analysis", f"path:analyses/{question}.sql", variables)
        return next(node["compiled_code"] for node in found if node["name"] == question)
