"""Asks Superset by its own API, in a process of its environment: nothing of this project is imported here.

    VENV/bin/python tests/support/in_superset.py URI   < questions.json   > answers.json

Superset keeps what it knows in the folder in which this runs; SUPERSET_CONFIG_PATH names its settings.
"""

import json
import sys

TIMES = {"timeGrain": "P1M", "columnType": "BASE_AXIS", "expressionType": "SQL"}


class Client:
    """Signed in as the administrator."""

    def __init__(self, app):
        self._client, self._headers = app.test_client(), {}
        said = {"username": "admin", "password": "admin", "provider": "db", "refresh": True}
        self._headers = {"Authorization": f"Bearer {self.post('security/login', **said)['access_token']}"}

    def post(self, path: str, **said) -> dict:
        return self._told(self._client.post(f"/api/v1/{path}", json=said, headers=self._headers))

    def get(self, path: str) -> dict:
        return self._told(self._client.get(f"/api/v1/{path}", headers=self._headers))

    @staticmethod
    def _told(answer) -> dict:
        return answer.get_json() | {"status": answer.status_code}


def answers(client: Client, uri: str, questions: dict) -> dict:
    """What Superset shows of the database: its tables, a dataset of one of them with a chart, and what SQL Lab says."""
    database = client.post("database/", database_name="headcount", sqlalchemy_uri=uri, expose_in_sqllab=True)["id"]
    listed = client.get(f"database/{database}/tables/?q=(schema_name:marts)")["result"]
    dataset = client.post("dataset/", database=database, schema="marts", table_name=questions["dataset"])["id"]
    shown = client.get(f"dataset/{dataset}")["result"]
    time, amount = questions["time"], questions["amount"]
    users = {"expressionType": "SIMPLE", "column": {"column_name": amount}, "aggregate": "SUM", "label": amount}
    asked = {"columns": [TIMES | {"sqlExpression": time, "label": time}], "metrics": [users], "row_limit": 10_000}
    chart = client.post("chart/data", datasource={"id": dataset, "type": "table"}, force=True, queries=[asked])
    lab = [client.post("sqllab/execute/", database_id=database, schema="marts", sql=sql) for sql in questions["sql"]]
    return {
        "tables": sorted(table["value"] for table in listed),
        "columns": {column["column_name"]: [column["type"], column["is_dttm"]] for column in shown["columns"]},
        "chart": [[row[time], row[amount]] for row in chart["result"][0]["data"]],
        "sql": [told.get("data") or str(told.get("errors") or told.get("message")) for told in lab],
    }


def main() -> None:
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        print("ANSWERS" + json.dumps(answers(Client(app), sys.argv[1], json.load(sys.stdin)), default=str))


if __name__ == "__main__":
    main()
