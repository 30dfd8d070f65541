"""Runs a command that signs in somewhere, and looks for what it signs in with: in the list of processes while it runs, in what
it says, and in every file that it leaves."""

import subprocess
from pathlib import Path
from urllib.parse import quote

from headcount.project import PROJECT
from tests.support.command import command, environment


def spelled(secret: str) -> set[bytes]:
    """The secret as it is, and as a URL has it."""
    return {secret.encode(), quote(secret, safe="").encode(), quote(secret).encode()}


def run_and_look(folder: Path, secret: str, *words, code: int = 0, **settings: str) -> str:
    """Run the command with the folder as its home and for all that is temporary; gives what it said. The line of results is
    asked for too. Fails where the secret stands."""
    at_home = {"HOME": str(folder), "TMPDIR": str(folder)} | settings
    said, listed = folder / "said", set()
    with said.open("w") as out:
        asked = command(*words, "--json", folder / "results.json")
        with subprocess.Popen(asked, cwd=PROJECT, env=environment(**at_home), stdout=out, stderr=out) as process:
            while process.poll() is None:
                listed |= _listed()
    assert process.returncode == code, said.read_text()
    assert any(str(folder).encode() in line for line in listed)
    assert not [line for line in listed if any(one in line for one in spelled(secret))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {said, folder / "results.json"} <= set(files)
    assert not [path for path in files if any(one in path.read_bytes() for one in spelled(secret))]
    return said.read_text()


def _listed() -> set[bytes]:
    """What everybody on this machine sees of all processes."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.add((process / "cmdline").read_bytes())
        except OSError:
            continue
    return found
