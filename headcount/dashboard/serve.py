"""`headcount dashboard`: the live pages, on loopback only, always over the warehouse file in use."""

import socket
from contextlib import suppress
from pathlib import Path

from headcount.dashboard.application import HOST, application
from headcount.errors import UsageError
from headcount.warehouse import open_warehouse


def dashboard(warehouse: Path, port: int) -> int:
    """Serve the pages until Ctrl-C. Raises UsageError for a port that is taken or a file that is no warehouse."""
    import uvicorn

    open_warehouse(warehouse).close()
    with _listen(port) as listener:
        # A slow page may end before the process does, for so many seconds.
        config = uvicorn.Config(application(warehouse), log_level="warning", timeout_graceful_shutdown=3, lifespan="off")
        print(f"dashboard   http://{HOST}:{listener.getsockname()[1]}/  (Ctrl-C stops it)", flush=True)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    return 0


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
