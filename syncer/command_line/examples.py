"""The examples under each command's help: what to type, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Examples = tuple[tuple[str, str], ...]

EXAMPLES: Mapping[str, Examples] = {
    "okr-sync": (
        ("okr-sync check", "find everything that is wrong before anything is written"),
        ("okr-sync sync", "count the cards and write the progress"),
        ("okr-sync status", "see where each key result stands"),
        ("okr-sync --okrs teams/web.yaml -v sync", "another file, and say what was done"),
    ),
    "okr-sync sync": (
        ("okr-sync sync", "read every source, write what is sure"),
        ("okr-sync sync --dry-run", "show what it would write"),
        ("okr-sync sync --source trello", "read one source; the others count as last read"),
        ("okr-sync sync --kr PUB-1 --force", "accept it that this one's cards are gone"),
        ("okr-sync sync --patience 90s --deadline 10m", "wait less for a limiting service"),
    ),
    "okr-sync push": (
        ("okr-sync push --dry-run", "show which numbers wait for which tool"),
        ("okr-sync push --store goals --approve", "let this tool's drafts and held numbers go"),
        ("okr-sync push --kr PUB-1 --undo", "take our last write of it back"),
    ),
    "okr-sync worker": (
        ("okr-sync worker", "work for okrs.yaml, until a signal"),
        ("okr-sync worker --okrs 'teams/*.yaml' --every 30m", "for many files, at another pace"),
        ("okr-sync worker --at-once 8 --alive /tmp/alive", "more jobs at a time; a file to probe"),
        ("okr-sync worker --probe /tmp/alive", "ask whether that worker is alive"),
    ),
    "okr-sync enqueue": (
        ("okr-sync enqueue", "read every source now, and see what is due"),
        ("okr-sync enqueue --okrs 'teams/*.yaml' --source jira", "one source of each file"),
    ),
    "okr-sync checkin": (
        ("okr-sync checkin", "score the week, on a terminal"),
        ("okr-sync checkin PUB-1 --confidence 7 --value 96", "one key result's week"),
        ('okr-sync checkin PUB --risk "launch moves" --ask "a load-test slot"', "an objective's"),
        ("okr-sync checkin --from week.csv", "from a file, or from - (stdin)"),
        ("okr-sync checkin --undo 12", "take one back, by its number in the list of checkins"),
    ),
    "okr-sync checkins": (
        ("okr-sync checkins", "what all teams said, oldest first"),
        ("okr-sync checkins PUB-1 --json", "of one key result, for a program"),
    ),
    "okr-sync check": (
        ("okr-sync check", "the file, the credentials, every link and label"),
        ("okr-sync --okrs draft.yaml check", "a file that isn't used yet"),
    ),
    "okr-sync status": (
        ("okr-sync status", "where each key result stands"),
        ("okr-sync status --team Publishing --period 2026-Q3", "a team's, also what is closed"),
        ("okr-sync status --fail-stale 2d", "exit with 1 when a number is older than two days"),
        ("okr-sync status --json", "the same for a program"),
        ("okr-sync status --fleet", "each source: last read, running, waiting, failing"),
    ),
    "okr-sync explain": (
        ("okr-sync explain PUB-1", "each card: counted as what, by which rule and link"),
        ("okr-sync explain PUB-1 --state ignored", "what was reached and left out, and why"),
    ),
    "okr-sync history": (
        ("okr-sync history PUB-1", "how number and scope came about, oldest first"),
        ("okr-sync history PUB-1 --json", "the same for a program"),
    ),
    "okr-sync report": (
        ("okr-sync report", "the report of now, as HTML in reports/"),
        ("okr-sync report --format html,pptx --out /srv/www/okrs", "several formats, elsewhere"),
        ("okr-sync report --format md --out -", "one format, to stdout"),
        ("okr-sync report --team Publishing --as-of 2026-11-07", "a team's, as it was that day"),
        ("okr-sync report --due", "for cron: each meeting's report once, when it is near"),
        ("okr-sync report --meeting 2026-11-09", "draw again what that meeting saw"),
    ),
    "okr-sync serve": (
        ("okr-sync serve", "the page on this machine alone, until Ctrl-C"),
        ("okr-sync serve --port 9000 --team-header X-OKR-Team", "behind a proxy that signs in"),
        ("okr-sync serve --host 0.0.0.0", "for whoever reaches this machine"),
    ),
    "okr-sync store": (("okr-sync store check", "verify all that can be verified"),),
    "okr-sync store check": (
        ("okr-sync store check", "the file, the sums of each ledger, every seal"),
        ("okr-sync store check --json", "the same for a program"),
    ),
    "okr-sync store backup": (
        ("okr-sync store backup okrs-monday.db", "whole, while okr-sync may be at work"),
    ),
    "okr-sync store prune": (
        ("okr-sync store prune", "see what two quarters back nobody needs any more"),
        ("okr-sync store prune --keep 180d", "drop it"),
    ),
    "okr-sync store copy": (
        (
            "okr-sync store copy sqlite:///okr-sync.db postgresql://okr@db.example/okrs",
            "from a file to a server, compared row by row",
        ),
    ),
    "okr-sync init": (
        ("okr-sync init", "write okrs.yaml and .env.example, and overwrite neither"),
        ("okr-sync init --from-store goals", "begin with the goals that an OKR tool has"),
    ),
    "okr-sync mcp": (
        ("okr-sync mcp", "what an assistant's program starts; see docs/assistants.md"),
        ("okr-sync --okrs /srv/okrs/okrs.yaml mcp", "from wherever that program runs"),
    ),
    "okr-sync schedule": (
        ("okr-sync schedule cron", "lines for crontab -e"),
        ("okr-sync --okrs /srv/okrs/web.yaml schedule systemd", "units for this file"),
        ("okr-sync schedule kubernetes", "manifests for kubectl apply"),
        ("okr-sync schedule kubernetes --fleet > worker.yaml", "a Deployment of workers"),
    ),
    "okr-sync demo": (("okr-sync demo --out /tmp/okr-demo", "a made-up quarter, from end to end"),),
    "okr-sync completion": (
        ('eval "$(okr-sync completion bash)"', "in ~/.bashrc"),
        ("okr-sync completion fish > ~/.config/fish/completions/okr-sync.fish", "for fish"),
        ("okr-sync completion zsh > ~/.zfunc/_okr-sync", "with ~/.zfunc in zsh's fpath"),
    ),
}
"""By the parser's name; every one in the program has some."""
