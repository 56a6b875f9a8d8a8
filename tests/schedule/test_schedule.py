"""The printed units are read back by the rules of those who will read them."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.errors import ConfigurationError
from syncer.schedule.installation import DAY, HOUR, Installation
from syncer.schedule.printing import report_interval, schedule

COMMAND = "/srv/okr/.venv/bin/okr-sync"
HERE = Installation(COMMAND, "/srv/okr")
LOGGED = ">> okr-sync.log 2>&1 || [ $? = 4 ] || tail -n 5 okr-sync.log"
EVEN = sorted(
    {n for n in range(1, HOUR) if HOUR % n == 0}
    | {n for n in range(HOUR, DAY + 1, HOUR) if DAY % n == 0}
)
CRON_LINE = re.compile(r"(\S+) (\S+) (\S+) (\S+) (\S+) (.+)")


def lines_of_cron(text: str) -> list[tuple[tuple[str, ...], str]]:
    """Read a crontab as cron does: comments, NAME=value, or five fields and a command."""
    jobs = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#") or re.match(r"[A-Z_]+=", line):
            continue
        *fields, command = CRON_LINE.fullmatch(line).groups()
        jobs.append((tuple(fields), command))
    return jobs


def values(field: str, size: int) -> list[int]:
    """Expand one field of cron's time: `*`, `n`, `a-b/step`."""
    if field == "*":
        return list(range(size))
    first, last, step = re.fullmatch(r"(\d+)(?:-(\d+)/(\d+))?", field).groups()
    numbers = list(range(int(first), int(last or first) + 1, int(step or 1)))
    assert max(numbers) < size
    return numbers


@example(15, 7)
@example(HOUR, 40)
@example(4 * HOUR, 130)
@example(DAY, 700)
@given(st.sampled_from(EVEN), st.integers(min_value=0, max_value=2**32))
def test_runs_are_evenly_spaced_around_the_clock(every, spread):
    """Whatever the interval and the spread, cron fires every `every` minutes, midnight included."""
    text = schedule("cron", HERE, every=every, spread=spread)
    (minute, hour, *rest), _ = lines_of_cron(text)[0]
    fired = [h * HOUR + m for h, m in itertools.product(values(hour, 24), values(minute, 60))]
    gaps = {b - a for a, b in itertools.pairwise([*sorted(fired), min(fired) + DAY])}
    assert rest == ["*", "*", "*"]
    assert gaps == {every}


def test_two_installations_run_at_different_minutes():
    """The spread moves the runs, so that not every worker asks at once."""

    def minute(spread):
        text = schedule("cron", HERE, every=HOUR, spread=spread)
        return lines_of_cron(text)[0][0][0]

    assert minute(7) != minute(23)


def test_cron_syncs_and_asks_hourly_for_a_due_report():
    """Cron gets two lines: the sync, and the report that is mostly not due."""
    text = schedule("cron", HERE, spread=40)
    (_, sync), ((minute, hour, *_), report) = lines_of_cron(text)
    assert sync == f"cd /srv/okr && {COMMAND} sync {LOGGED}"
    assert report == f"cd /srv/okr && {COMMAND} report --due {LOGGED}"
    assert (minute, hour) == ("45", "*")
    assert "\nPATH=/srv/okr/.venv/bin:/usr/local/bin:/usr/bin:/bin\n" in text


def test_a_cron_line_runs_in_a_folder_with_an_awkward_name(tmp_path):
    """Spaces, quotes and percent signs in a path reach the shell as they are."""
    folder = tmp_path / "team's 100 % okrs"
    folder.mkdir()
    program = folder / "okr-sync"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    _, line = lines_of_cron(schedule("cron", Installation(str(program), str(folder))))[0]
    # Cron's own reading: a bare % would end the command, \% is a percent sign.
    assert not re.search(r"(?<!\\)%", line)
    subprocess.run(["/bin/sh", "-c", line.replace(r"\%", "%")], check=True)
    assert (folder / "okr-sync.log").read_text() == "sync\n"


def test_the_printed_line_names_the_program_that_printed_it(tmp_path):
    """However okr-sync was called, cron gets its whole path, and the folder it was called in."""
    program = Path(sys.executable).parent / "okr-sync"
    called = [os.path.relpath(program, tmp_path), "schedule", "cron"]
    done = subprocess.run(called, cwd=tmp_path, capture_output=True, text=True, check=True)
    (_, line), _ = lines_of_cron(done.stdout)
    assert line.startswith(f"cd {tmp_path} && {program} sync ")


@pytest.mark.parametrize("every", [0, -15, 7, 45, 90, 300, 2 * DAY])
def test_an_uneven_interval_is_refused(every):
    """An interval that no cron line keeps evenly is a configuration error that names good ones."""
    with pytest.raises(ConfigurationError, match=f"every {every} minutes; take minutes that"):
        schedule("cron", HERE, every=every)


def unit_files(text: str) -> dict[str, str]:
    """Cut the printed text into files as its comments tell."""
    parts = re.split(r"^# /etc/systemd/system/(\S+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture
def systemd_analyze():
    """Give systemd's own reader of units, where there is one."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd on this machine")
    return program


def test_systemd_has_no_complaint_about_the_units(tmp_path, systemd_analyze):
    """`systemd-analyze verify` accepts all five files, in a folder with an awkward name."""
    folder = tmp_path / "okrs 100 %Q"
    folder.mkdir()
    program = folder / "okr-sync"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = schedule(
        "systemd",
        Installation(str(program), str(folder), data=str(tmp_path / "da ta")),
        user="root",
    )
    files = unit_files(text)
    for name, body in files.items():
        (tmp_path / name).write_text(body)
    (tmp_path / "okr-sync-failed@1.service").write_text(files["okr-sync-failed@.service"])
    names = [str(tmp_path / name) for name in files if "@" not in name]
    names.append(str(tmp_path / "okr-sync-failed@1.service"))
    done = subprocess.run(
        [systemd_analyze, "verify", *names], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if "okr-sync" in line]
    assert len(files) == 5
    assert complaints == []


@pytest.mark.parametrize("every", EVEN)
def test_systemd_understands_every_interval(every, systemd_analyze):
    """Each permitted interval is a calendar expression that systemd can read."""
    text = schedule("systemd", HERE, every=every)
    calendar = re.search(r"^OnCalendar=(.+)$", text, flags=re.MULTILINE)[1]
    subprocess.run([systemd_analyze, "calendar", calendar], check=True, capture_output=True)


def test_systemd_units_are_shut_in_and_read_their_tokens_from_a_file():
    """A service may write its own folder and nothing else, and no token is in the unit."""
    files = unit_files(schedule("systemd", HERE))
    service = files["okr-sync.service"]
    for line in (
        'ReadWritePaths="/srv/okr"',
        "OnFailure=okr-sync-failed@%n.service",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "EnvironmentFile=-/etc/okr-sync/env",
        "SuccessExitStatus=4",
        "User=okr-sync",
        f'ExecStart="{COMMAND}" sync',
    ):
        assert line in service.splitlines()
    assert f'ExecStart="{COMMAND}" report --due' in files["okr-sync-report.service"].splitlines()
    assert "RandomizedDelaySec=300" in files["okr-sync.timer"].splitlines()


def test_kubernetes_runs_one_at_a_time_with_mounted_secrets():
    """The manifest is valid YAML: two CronJobs that never overlap and mount the Secret."""
    text = schedule("kubernetes", HERE, image="acme/okr:3")
    claim, *jobs = yaml.safe_load_all(text)
    assert claim["kind"] == "PersistentVolumeClaim"
    assert [job["metadata"]["name"] for job in jobs] == ["okr-sync", "okr-sync-report"]
    for job in jobs:
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        offered = {volume["name"]: volume for volume in pod["volumes"]}
        env = {entry["name"]: entry["value"] for entry in container["env"]}
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        assert container["image"] == "acme/okr:3"
        assert mounted.keys() == offered.keys()
        assert offered["secrets"]["secret"]["secretName"] == "okr-sync"
        assert mounted["secrets"] == env["OKR_SYNC_SECRETS_DIR"]
        assert env["OKR_SYNC_OKRS"].startswith(mounted["config"])
    args = [
        job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"]
        for job in jobs
    ]
    assert args == [["sync"], ["report", "--due"]]


@pytest.mark.parametrize("kind", ["cron", "systemd", "kubernetes"])
def test_every_kind_explains_the_exit_codes(kind):
    """Whoever reads the unit learns what a failed run means."""
    text = schedule(kind, HERE)
    for meaning in (
        "0 all well",
        "2 configuration",
        "3 the store failed",
        "4 another run is at work",
    ):
        assert meaning in text


@pytest.mark.parametrize(
    ("prepares", "every"),
    [([], 60), ([24], 60), ([2], 60), ([24, 0.5], 15), ([1], 30), ([0.75], 20), ([0.01], 1)],
)
def test_reports_are_looked_for_twice_within_the_shortest_window(prepares, every):
    """Hourly at the least, and every minute at the most."""
    assert report_interval(timedelta(hours=hours) for hours in prepares) == every


@pytest.mark.parametrize("kind", ["cron", "systemd", "kubernetes"])
@pytest.mark.parametrize("store", ["sqlite:////srv/my data/100 %.db", "postgresql://db.example/o"])
def test_what_the_command_was_given_is_in_the_units(kind, store):
    """A file of another name, the store and the secrets that the environment names."""
    given = Installation(COMMAND, "/srv/okr", "a b.yaml", store, "/run/secrets")
    text = schedule(kind, given, report_every=15)
    assert "a b.yaml" in text
    plain = text.replace("\\%", "%").replace("%%", "%")
    assert (store in plain) is (kind != "kubernetes" or "postgresql" in store)
    assert ("/run/secrets" in text) is (kind != "kubernetes")
    assert ("*:0/15" if kind == "systemd" else "/15 * * * *") in text
    assert ("okr-sync-a-b" in text) is (kind != "cron")


def test_cron_hands_awkward_values_on(tmp_path):
    """A store with a space, a quotation mark and a percent sign reaches the command as it is."""
    program = tmp_path / "okr-sync"
    program.write_text('#!/bin/sh\necho "$OKR_SYNC_STORE|$*"\n')
    program.chmod(0o755)
    store = "sqlite:////srv/team's 100 %/a b.db"
    given = Installation(str(program), str(tmp_path), "a b.yaml", store)
    for _, line in lines_of_cron(schedule("cron", given)):
        assert not re.search(r"(?<!\\)%", line)
        subprocess.run(["/bin/sh", "-c", line.replace(r"\%", "%")], check=True, env={})
    log = (tmp_path / "okr-sync.log").read_text()
    assert log == f"{store}|--okrs a b.yaml sync\n{store}|--okrs a b.yaml report --due\n"


@pytest.mark.parametrize(("code", "mailed"), [(0, ""), (1, "no\n"), (4, "")])
def test_cron_mails_what_failed_and_nothing_else(tmp_path, code, mailed):
    """What a line prints is what cron mails: the log's end, but for a run beside another."""
    program = tmp_path / "okr-sync"
    program.write_text(f"#!/bin/sh\necho no >&2\nexit {code}\n")
    program.chmod(0o755)
    given = Installation(str(program), str(tmp_path))
    (_, line), *_ = lines_of_cron(schedule("cron", given))
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (mailed, "")


@pytest.mark.parametrize("kind", ["cron", "systemd", "kubernetes"])
def test_where_no_report_is_ever_due_none_is_looked_for(kind):
    """A run that fails every hour for want of a review would tell its people nothing."""
    text = schedule(kind, Installation(COMMAND, "/srv/okr", is_due=False))
    assert "--due" not in text
    assert "sync" in text


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("", "okr-sync"),
        ("okrs.yml", "okr-sync"),
        ("web.yaml", "okr-sync-web"),
        ("Team's Q4.yaml", "okr-sync-team-s-q4"),
        ("report.yaml", "okr-sync-report-okrs"),
    ],
)
def test_two_files_have_units_of_their_own(file, name):
    """The units of a file bear its name, and never another unit's."""
    given = Installation(COMMAND, "/srv/okr", file)
    files = unit_files(schedule("systemd", given))
    units = {f"{name}.service", f"{name}.timer", f"{name}-report.service", f"{name}-report.timer"}
    assert files.keys() == {*units, "okr-sync-failed@.service"}
    claim, *jobs = yaml.safe_load_all(schedule("kubernetes", given))
    assert [claim["metadata"]["name"], jobs[0]["metadata"]["name"]] == [name, name]


def test_systemd_lets_a_run_write_where_its_store_is():
    """A store beside another disk's files is no reason for a run to fail."""
    given = Installation(COMMAND, "/srv/okr", data="/var/lib/okr data")
    service = unit_files(schedule("systemd", given))["okr-sync.service"]
    assert 'ReadWritePaths="/srv/okr" "/var/lib/okr data"' in service


def test_a_report_interval_that_no_scheduler_knows_is_refused():
    """The same rule as for the count."""
    with pytest.raises(ConfigurationError, match="every 7 minutes"):
        schedule("cron", HERE, report_every=7)
