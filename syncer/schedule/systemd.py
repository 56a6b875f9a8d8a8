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
#   systemctl enable --now $timers
# Logs: journalctl -u $name. Tokens: in /etc/okr-sync/env, mode 600, as NAME=value lines,
# or in .env beside okrs.yaml. The user $user must own $directory.
# Of a unit that fails root gets a mail; write in okr-sync-failed@.service what your people read.

$units""")

HARDENING = Template("""\
Nice=10
UMask=0077
ReadWritePaths=$folders
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
OnFailure=okr-sync-failed@%n.service

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

FAILED = """\
# /etc/systemd/system/okr-sync-failed@.service
[Unit]
Description=Tell somebody that %i failed

[Service]
Type=oneshot
ExecStart=/bin/sh -c '{ echo "Subject: %i failed on %H"; echo; systemctl status --full --lines=20 "%i"; } | /usr/sbin/sendmail root'
"""  # noqa: E501 - systemd's line

SYNC = "Count the cards behind the key results"
REPORT = "Make the report before the review"

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
    """Give the services and their timers; see `syncer.schedule.printing.schedule`."""
    directory, name = installation.directory.replace("%", "%%"), installation.name
    values = {
        "user": user,
        "directory": directory,
        "path": installation.search_path.replace("%", "%%"),
        "hardening": HARDENING.substitute(folders=" ".join(map(argument, installation.folders))),
        "environment": environment(installation),
    }
    program = " ".join(argument(word) for word in installation.words)
    jobs = [(name, SYNC, f"{program} sync", rhythm.sync)]
    if installation.is_due:
        jobs.append((f"{name}-report", REPORT, f"{program} report --due", rhythm.report))
    parts = [
        part
        for unit, title, start, every in jobs
        for part in (
            SERVICE.substitute(values, name=unit, title=title, start=start),
            _timer(unit, title, every),
        )
    ]
    return SYSTEMD.substitute(
        units="\n".join([*parts, FAILED]),
        timers=" ".join(f"{unit}.timer" for unit, *_ in jobs),
        name=name,
        user=user,
        directory=installation.directory,
    )


def environment(installation: Installation) -> str:
    """Give a unit's lines for what the environment says, each closed."""
    pairs = installation.variables.items()
    return "".join(f"Environment={argument(f'{name}={value}')}\n" for name, value in pairs)


def _timer(name: str, title: str, every: int) -> str:
    delay = min(every * 60 // 3, 600)
    return TIMER.substitute(name=name, title=title, calendar=_on_calendar(every), delay=delay)


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
