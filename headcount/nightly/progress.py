"""Says on standard error what the night is doing: a line a step, with how much of it is done on a terminal."""

import sys
import time


class Progress:
    """`step` starts a step; `heard` takes dbt's events and tells each layer of models as it is reached."""

    def __init__(self, stream=sys.stderr):
        self._stream = stream
        self._begun = time.monotonic()
        self._layer = None
        self._done = 0

    def step(self, text: str) -> None:
        print(f"[{time.monotonic() - self._begun:5.1f} s] {text}", file=self._stream, flush=True)

    def heard(self, event) -> None:
        """A callback for dbtRunner."""
        if event.info.name != "NodeStart":
            return
        self._done += 1
        node = event.data.node_info
        layer = _layer(node.node_path) if node.resource_type == "model" else None
        if layer and layer != self._layer and layer in _LAYERS and _rank(layer) > _rank(self._layer):
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
