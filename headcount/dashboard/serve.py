"""`headcount dashboard`: the live pages, on loopback only, always over the warehouse file in use."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import sleep

import duckdb

from headcount.dashboard.application import HOST, application
from headcount.errors import HeadcountError, UsageError
from headcount.pages.overview import overview
from headcount.pages.reading import Reading, Shelf
from headcount.warehouse import open_warehouse

# How often it is looked whether a night has put another file in its place.
LOOK_SECONDS = 5


def dashboard(warehouse: Path, port: int) -> int:
    """Serve the pages until Ctrl-C. Raises UsageError for a port that is taken or a file that is no warehouse."""
    import uvicorn

    open_warehouse(warehouse).close()
    with _listen(port) as listener:
        # A slow page may end before the process does, for so many seconds.
        shelf = Shelf(warehouse)
        Thread(target=_keep_ready, args=(shelf,), daemon=True).start()
        config = uvicorn.Config(application(warehouse, shelf), log_level="warning", timeout_graceful_shutdown=3, lifespan="off")
        print(f"dashboard   http://{HOST}:{listener.getsockname()[1]}/  (Ctrl-C stops it)", flush=True)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def _keep_ready(shelf: Shelf) -> None:
    """Work out what all pages share as soon as a night has put a file in its place, so that nobody waits for it."""
    while True:
        # A file that is gone, or one that a page says is none.
        with suppress(HeadcountError, OSError, duckdb.Error):
            if not shelf.has("overview"):
                with Reading(shelf) as reading:
                    overview(reading)
        sleep(LOOK_SECONDS)


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
