"""Draws boards: a page for people, or the rows that it shows."""

from pathlib import Path

from headcount.errors import CheckFailed


class Drawing:
    """The boards of a dashboard project. A context manager: it holds a read-only connection."""

    def __init__(self, project: Path):
        from dbt_charts.agent_api import ProjectSession
        from dbt_charts.cli.filesystem_project import FilesystemProject

        self._session = ProjectSession.from_project(FilesystemProject(project), cache=None)

    def __enter__(self):
        self._session.__enter__()
        return self

    def __exit__(self, *error):
        return self._session.__exit__(*error)

    def html(self, board: str, variables: dict) -> str:
        """A page that is whole by itself: styles, fonts and drawings are in it. Raises CheckFailed."""
        return self._draw(board, variables, "html")

    def rows(self, board: str, variables: dict) -> dict[str, list[dict]]:
        """The rows of each query that a shown chart draws, by the name of the query. Raises CheckFailed."""
        return {name: query["rows"] for name, query in self._draw(board, variables, "data")["queries"].items()}

    def _draw(self, board: str, variables: dict, form: str):
        from dbt_charts.agent_api._paths import resolve_board_or_error

        result = self._session.render_board(
            board=resolve_board_or_error(Path(f"charts/{board}.yml"), self._session.project),
            format=form,
            variables=variables,
            use_cache=False,
            standalone=True,
        )
        wrong = [*(result.validation_errors or ()), *filter(None, [result.board_error]), *result.chart_errors]
        if wrong:
            raise CheckFailed(f"board {board} could not be drawn: {wrong[0].message}")
        return result.data
