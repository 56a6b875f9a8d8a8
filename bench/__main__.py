"""`python -m bench [JOB ...]`: run jobs, print their tables, and write docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial

from bench import jobs, results, tables
from bench.programs import BUILD

RESULTS = BUILD / "results.json"
DOCUMENT = BUILD.parents[1] / "docs" / "performance.md"


def main() -> None:
    """Run the jobs named, all by default; a job that isn't run keeps its last result."""
    asked = _arguments()
    BUILD.mkdir(parents=True, exist_ok=True)
    known = results.kept(RESULTS)
    for name in asked.jobs or jobs.JOBS:
        job = jobs.JOBS[name]
        began = time.monotonic()
        known[name] = (partial(jobs.a, whole=asked.whole) if name == "a" else job)()
        results.keep(known, RESULTS)
        _say(f"{name}: {job.__doc__} ({time.monotonic() - began:.0f} s)")
        _say(tables.sections({name: known[name]})[name] + "\n")
    if "a" in known:
        _say(tables.reached(known))
    text = tables.put(DOCUMENT.read_text(encoding="utf-8"), tables.sections(known))
    DOCUMENT.write_text(text, encoding="utf-8")
    _say(f"\nWritten to {DOCUMENT.relative_to(BUILD.parents[1])}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("jobs", nargs="*", help=f"any of {', '.join(jobs.JOBS)}")
    parser.add_argument(
        "--whole", action="store_true", help="run bugwarrior to its end: half an hour"
    )
    asked = parser.parse_args()
    for name in asked.jobs:
        if name not in jobs.JOBS:
            parser.error(f"there is no job {name}")
    return asked


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
