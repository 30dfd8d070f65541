"""Says on standard error what the night is doing: a line a step, with how much of it is done on a terminal."""

import sys
import threading
import time
from contextlib import suppress


class Progress:
    """`step` starts a step; `heard` takes dbt's events and tells each layer of models as it is reached."""

    def __init__(self, stream=sys.stderr):
        self._stream = stream
        self._begun = time.monotonic()
        self._layer = None
        # dbt's threads start nodes side by side; a line is one line all the same.
        self._one_at_a_time = threading.RLock()

    def step(self, text: str) -> None:
        # Whoever read along may have gone: the night goes on, and an error in a thread of dbt's would never end.
        with self._one_at_a_time, suppress(BrokenPipeError):
            self._stream.write(f"[{time.monotonic() - self._begun:5.1f} s] {text}\n")
            self._stream.flush()

    def heard(self, event) -> None:
        """A callback for dbtRunner."""
        if event.info.name != "NodeStart":
            return
        node = event.data.node_info
        layer = _layer(node.node_path) if node.resource_type == "model" else None
        with self._one_at_a_time:
            if layer and layer in _LAYERS and _rank(layer) > _rank(self._layer):
                self._layer = layer
                self.step(f"models: {_LAYERS[layer]}")


_LAYERS = {
    "staging": "reading the landed tables",
    "judged": "judging every row",
    "periods": "placing the periods",
    "conditions": "looking for conditions that count",
    "counted": "counting",
    "billed": "billing",
    "marts": "writing the marts and testing them",
}


def _layer(path: str) -> str | None:
    """The layer of a model; of the marts those about activity and money, the others are early."""
    parts = path.replace("\\", "/").split("/")
    if parts[0] == "marts" and parts[1] not in ("activity", "billing"):
        return None
    return next((layer for layer in _LAYERS if layer in parts), None)


def _rank(layer: str | None) -> int:
    return -1 if layer is None else list(_LAYERS).index(layer)
