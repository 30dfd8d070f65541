"""`headcount dashboard`: the live pages, on loopback only, always over the warehouse file in use."""

import socket
from pathlib import Path

from headcount.dashboard.project import BOARDS, dashboard_project
from headcount.dashboard.screens import with_switch
from headcount.errors import UsageError

HOST = "127.0.0.1"


def dashboard(warehouse: Path, port: int) -> int:
    """Serve the boards until Ctrl-C. Raises UsageError for a port that is taken or a file that is no warehouse."""
    listener = _listen(port)
    with listener, dashboard_project(warehouse) as folder:
        from dbt_charts.core.serve.shutdown import build_server

        app = application(folder)
        # Seconds: a slow page may end, then the process does.
        server = build_server(app, HOST, port, log_level="warning", timeout_graceful_shutdown=3, exit_deadline=8)
        print(f"dashboard   http://{HOST}:{listener.getsockname()[1]}/  (Ctrl-C stops it)", flush=True)
        server.run(sockets=[listener])
    return 0


def application(folder: Path):
    """The ASGI application: dbt Charts over `folder`, with the switch to the narrow boards.

    It opens the warehouse anew for each page, so a file that a night has put in its place is seen at once.
    """
    from dbt_charts.cli.filesystem_project import FilesystemProject
    from dbt_charts.core.serve.server import create_server
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

    app = create_server(FilesystemProject(folder), no_cache=True)

    @app.middleware("http")
    async def pages(request, call_next):
        path = request.url.path.strip("/")
        if path in ("", "narrow"):
            return RedirectResponse("/overview/")
        if path == "__livereload":
            # For who edits boards; here a page stays as it is until its reader asks. 204 ends the asking.
            return Response(status_code=204)
        is_narrow = path.startswith("narrow/")
        board = path.removeprefix("narrow/")
        if board.partition(".")[0] not in BOARDS and not path.startswith("static/fonts/"):
            # Among them dbt Charts' own pages of every table in the file, which has names in it.
            return PlainTextResponse("There is no such board; see /overview/", status_code=404)
        response = await call_next(request)
        if board not in BOARDS or not response.headers.get("content-type", "").startswith("text/html"):
            return response
        html = b"".join([part async for part in response.body_iterator]).decode()
        html = html.replace("</head>", "<style>.dbt-nav-data{display:none}</style></head>", 1)
        other = f"'{'/' if is_narrow else '/narrow/'}{board}/'+location.search"
        return HTMLResponse(with_switch(html, is_narrow, other), response.status_code)

    # There is no login: a name that somebody else's DNS points here is not answered.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    return app


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(f"port {port} cannot be listened on ({error}); name another with --port") from None
    return listener
