"""The promises of dbt-bouncer.yml, held against the project's manifest.

First each of them is seen to fail on the canary project: a pattern that matches nothing would pass for ever.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import yaml

from tests.checks.commands import WORK, captured, program
from tests.checks.report import CANARIES, ROOT, Finding, Outcome, judged

CONFIG = "dbt-bouncer.yml"
PARSE = (
    *(program("dbt"), "--warn-error", "--no-partial-parse", "parse"),
    *("--profiles-dir", "profiles", "--target", "lint", "--show-all-deprecations"),
)


def parse(folder: Path, target: str, name: str) -> Outcome:
    """dbt reads the project, all of it, and every warning is an error."""
    done = captured(*PARSE, cwd=folder, target=target)
    if done.returncode == 0:
        return judged(name, [])
    print(done.stdout + done.stderr)
    return judged(name, [Finding("dbt_project.yml", 1, "dbt parse", f"exit {done.returncode}, see above")])


def promises() -> list[dict]:
    """The entries of the configuration, in its order."""
    return yaml.safe_load((ROOT / CONFIG).read_text("utf-8"))["manifest_checks"]


def results(target: str) -> list[dict] | Finding:
    """What dbt-bouncer says about the manifest of this target folder: one result a check and resource."""
    config = yaml.safe_load((ROOT / CONFIG).read_text("utf-8"))
    config |= {"custom_checks_dir": str(ROOT / "tests" / "bouncer"), "dbt_artifacts_dir": str(WORK / target)}
    derived = WORK / target / CONFIG
    output = WORK / target / "bouncer.json"
    output.unlink(missing_ok=True)
    derived.write_text(yaml.safe_dump(config), "utf-8")
    done = captured(
        *(program("dbt-bouncer"), "run", "--config-file", str(derived)),
        *("--output-file", str(output), "--output-format", "json"),
    )
    # 0: all hold, 1: some do not. Anything else, also 4 for "nothing matched", is a run that proves nothing.
    if done.returncode not in (0, 1) or not output.exists():
        print(done.stdout + done.stderr)
        return Finding(CONFIG, 1, "dbt-bouncer", f"exit {done.returncode}: no promise was checked, see above")
    return json.loads(output.read_text("utf-8"))


def promise_of(result: dict) -> int:
    """The place of a result's check in the configuration: its id is <name>:<place>:<resource>."""
    return int(result["check_run_id"].split(":")[1])


def canary() -> Outcome:
    """Every promise fails somewhere on the canary project, and none on its well-formed models."""
    copy = WORK / "bouncer_canary"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(CANARIES / "dbt_project", copy)
    if not parse(copy, "bouncer_canary/target", "canary project parses").passed:
        return Outcome(failed=1)
    found = results("bouncer_canary/target")
    if isinstance(found, Finding):
        return judged("dbt-bouncer canary", [found])
    failed = {promise_of(result) for result in found if result["outcome"] != "success"}
    wrong = [
        Finding(CONFIG, 1, promise["name"], f"never failed on the canary project: {promise['description']}")
        for place, promise in enumerate(promises())
        if place not in failed
    ]
    wrong += [
        Finding(CONFIG, 1, result["check_run_id"], f"failed on a well-formed resource: {result['failure_message']}")
        for result in found
        if "fine" in result["check_run_id"] and result["outcome"] != "success"
    ]
    return judged(f"dbt-bouncer canary, {len(promises())} promises", wrong)


def parse_canary() -> Outcome:
    """dbt warns of properties of a model that there is not, and that stops the parsing."""
    copy = WORK / "parse_canary"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(CANARIES / "dbt_project", copy)
    (copy / "models" / "staging" / "stg_nowhere.yml").write_text("models:\n  - name: stg_nowhere\n", "utf-8")
    done = captured(*PARSE, cwd=copy, target="parse_canary/target")
    if done.returncode != 0 and "stg_nowhere" in done.stdout + done.stderr:
        return judged("dbt parse canary", [])
    return judged("dbt parse canary", [Finding("dbt_project.yml", 1, "dbt parse", "is silent about a model that there is not")])


def project() -> Outcome:
    """One check a promise, on the project's own manifest."""
    parsed = parse(ROOT, "parse", "dbt parse without a warning")
    if parsed.failed:
        return parsed
    found = results("parse")
    if isinstance(found, Finding):
        return parsed + judged("dbt-bouncer", [found])
    outcome = parsed
    for place, promise in enumerate(promises()):
        broken = [
            Finding(result.get("file_path") or CONFIG, 1, promise["name"], result["failure_message"])
            for result in found
            if promise_of(result) == place and result["outcome"] != "success"
        ]
        outcome += judged(promise["description"], broken)
    return outcome


def main() -> Outcome:
    """All of it, as one outcome."""
    return canary() + parse_canary() + project()


if __name__ == "__main__":
    sys.exit(main().failed > 0)
