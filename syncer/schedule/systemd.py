"""systemd's services and timers; pure."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from syncer.schedule.installation import DAY, HOUR

if TYPE_CHECKING:
    from syncer.schedule.installation import Installation, Rhythm

SYSTEMD = Template("""\
# Put each part into the file that its first line names, then:
#   systemctl daemon-reload
#   systemctl enable --now okr-sync.timer okr-sync-report.timer
# Logs: journalctl -u okr-sync. Tokens: in /etc/okr-sync/env, mode 600, as NAME=value lines,
# or in .env beside okrs.yaml. The user $user must own $directory.

$units""")

HARDENING = Template("""\
Nice=10
UMask=0077
ReadWritePaths="$directory"
ProtectSystem=strict
ProtectHome=read-only
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
""")

SERVICE = Template("""\
# /etc/systemd/system/$name.service
[Unit]
Description=$title
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=$user
WorkingDirectory=$directory
Environment="PATH=$path"
${environment}EnvironmentFile=-/etc/okr-sync/env
ExecStart=$start
# Another run at work is no failure: the next one does the job.
SuccessExitStatus=4
TimeoutStartSec=1h
$hardening""")

TITLES = {
    "okr-sync": "Count the cards behind the key results",
    "okr-sync-report": "Make the report before the review",
}

TIMER = Template("""\
# /etc/systemd/system/$name.timer
[Unit]
Description=$title, on time

[Timer]
OnCalendar=$calendar
RandomizedDelaySec=$delay
FixedRandomDelay=yes
Persistent=yes

[Install]
WantedBy=timers.target
""")


def units(installation: Installation, rhythm: Rhythm, user: str) -> str:
    """Give two services and their timers; see `syncer.schedule.printing.schedule`."""
    store, directory = installation.store, installation.directory
    values = {
        "user": user,
        "directory": directory.replace("%", "%%"),
        "path": installation.search_path.replace("%", "%%"),
        "hardening": HARDENING.substitute(directory=directory.replace("%", "%%")),
        "environment": f"Environment={argument(f'OKR_SYNC_STORE={store}')}\n" if store else "",
    }
    program = " ".join(argument(word) for word in installation.words)
    parts = [
        _service("okr-sync", f"{program} sync", values),
        _timer("okr-sync", rhythm.sync),
        _service("okr-sync-report", f"{program} report --due", values),
        _timer("okr-sync-report", rhythm.report),
    ]
    return SYSTEMD.substitute(units="\n".join(parts), user=user, directory=directory)


def _service(name: str, start: str, values: dict[str, str]) -> str:
    return SERVICE.substitute(values, name=name, title=TITLES[name], start=start)


def _timer(name: str, every: int) -> str:
    delay = min(every * 60 // 3, 600)
    return TIMER.substitute(
        name=name, title=TITLES[name], calendar=_on_calendar(every), delay=delay
    )


def argument(text: str) -> str:
    r"""Quote a word of ExecStart or Environment, where systemd reads %, " and \ itself."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped.replace("%", "%%")}"'


def _on_calendar(every: int) -> str:
    if every < HOUR:
        return f"*:0/{every}"
    if every == HOUR:
        return "hourly"
    return "daily" if every == DAY else f"0/{every // HOUR}:00"
