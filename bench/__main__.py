"""`python -m bench [JOB ...]`: run jobs, print their tables, and write docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import time

from pydantic import TypeAdapter

from bench import jobs, peers, tables
from bench.comparing import Job
from bench.office import BUILD, ROOT

RESULTS = BUILD / "results.json"
DOCUMENT = ROOT / "docs" / "performance.md"
STORED = TypeAdapter(dict[str, Job])


def main() -> None:
    """Run the jobs named, all by default; a job that isn't run keeps its last result."""
    BUILD.mkdir(parents=True, exist_ok=True)
    known = STORED.validate_json(RESULTS.read_bytes()) if RESULTS.exists() else {}
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [*jobs.JOBS, "peers"]
    parser.add_argument(
        "jobs",
        nargs="*",
        metavar="JOB",
        choices=names,
        default=list(jobs.JOBS),
        help=f"any of {', '.join(names)}; all but peers else",
    )
    for name in parser.parse_args().jobs:
        if name == "peers":
            peers.measure()
            continue
        began = time.monotonic()
        known[name] = jobs.JOBS[name]()
        RESULTS.write_bytes(STORED.dump_json(known, indent=1))
        _say(f"{name}: {jobs.JOBS[name].__doc__} ({time.monotonic() - began:.0f} s)")
        _say(tables.sections({name: known[name]}, peers.kept())[name] + "\n")
    sections = tables.sections(known, peers.kept())
    _say(sections.get("targets", ""))
    text = tables.put(DOCUMENT.read_text(encoding="utf-8"), sections)
    DOCUMENT.write_text(text, encoding="utf-8")
    _say(f"\nWritten to {DOCUMENT.relative_to(ROOT)}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
