"""Units that keep workers running, and have them read on time; pure."""

from __future__ import annotations

import posixpath
from string import Template
from typing import TYPE_CHECKING, Literal

from syncer.schedule.cron import cron_time, quoted_for_cron
from syncer.schedule.installation import EXIT_CODES
from syncer.schedule.systemd import HARDENING, argument, environment

if TYPE_CHECKING:
    from syncer.schedule.installation import Installation

FleetKind = Literal["cron", "systemd", "kubernetes", "compose"]

CRON = Template("""\
# okr-sync: add this line with `crontab -e` on one machine, for workers that run with --every 0.
# Workers without it keep their own time, and need no cron.
SHELL=/bin/sh
PATH=$path
$environment$time cd $directory && $command enqueue >> okr-sync.log 2>&1
""")

SYSTEMD = Template("""\
# Put this into the file that its first line names, then, for two workers on this machine:
#   systemctl daemon-reload
#   systemctl enable --now okr-sync-worker@1.service okr-sync-worker@2.service
# Logs: journalctl -u 'okr-sync-worker@*'. Tokens and OKR_SYNC_STORE=postgresql://...: in
# /etc/okr-sync/env, mode 600, as NAME=value lines, or in .env beside okrs.yaml.
# The user $user must own $directory.

# /etc/systemd/system/okr-sync-worker@.service
[Unit]
Description=okr-sync worker %i
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
User=$user
WorkingDirectory=$directory
Environment="PATH=$path"
${environment}EnvironmentFile=-/etc/okr-sync/env
ExecStart=$start
# A worker hands its jobs back within 25 s of the signal (--grace).
KillMode=mixed
TimeoutStopSec=60
Restart=always
RestartSec=5
$hardening
[Install]
WantedBy=multi-user.target
""")

KUBERNETES = Template("""\
# Before `kubectl apply -f -`:
#   an image named $image that the nodes can pull: docker build -t $image . in a clone;
#   the files:    kubectl create configmap okr-sync --from-file=teams/
#   the secrets:  kubectl create secret generic okr-sync --from-env-file=.env
# Each key of the secret is mounted as a file of its name; OKR_SYNC_STORE=postgresql://... is one.
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: okr-sync-worker
spec:
  minAvailable: 1
  selector: {matchLabels: {app: okr-sync-worker}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: okr-sync-worker
spec:
  replicas: 2
  selector: {matchLabels: {app: okr-sync-worker}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 1}}
  template:
    metadata:
      labels: {app: okr-sync-worker}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 60  # jobs are handed back within 25 s (--grace)
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchLabels: {app: okr-sync-worker}}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: worker
          image: $image
          command: [okr-sync]
          args: [worker, --okrs, "/config/$pattern", --out, /reports, --alive, /tmp/alive]
          workingDir: /tmp
          env:
            - {name: OKR_SYNC_SECRETS_DIR, value: /secrets}
          # The first sign of life comes once the store is there.
          startupProbe:
            exec: {command: [okr-sync, worker, --probe, /tmp/alive]}
            periodSeconds: 5
            timeoutSeconds: 10
            failureThreshold: 60
          readinessProbe:
            exec: {command: [okr-sync, worker, --probe, /tmp/alive]}
            periodSeconds: 30
            timeoutSeconds: 10
          livenessProbe:
            exec: {command: [okr-sync, worker, --probe, /tmp/alive]}
            periodSeconds: 60
            timeoutSeconds: 10
            failureThreshold: 10  # a store that is away for minutes is waited for
          resources:
            requests: {cpu: 250m, memory: 256Mi}
            limits: {memory: 1Gi}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          volumeMounts:
            - {name: config, mountPath: /config, readOnly: true}
            - {name: secrets, mountPath: /secrets, readOnly: true}
            - {name: reports, mountPath: /reports}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - {name: config, configMap: {name: okr-sync}}
        - {name: secrets, secret: {secretName: okr-sync, defaultMode: 288}}
        - {name: reports, emptyDir: {}}
        - {name: tmp, emptyDir: {}}
""")

COMPOSE = Template("""\
# Save it as compose.yaml beside the folder $folder with the files, then: docker compose up -d
# .env beside it holds the tokens and OKR_SYNC_STORE=postgresql://...; the image $image
# is made by `docker build -t $image .` in a clone. More: docker compose up -d --scale worker=4
name: okr-sync
services:
  worker:
    image: $image
    entrypoint: [okr-sync]
    command: [worker, --okrs, "/config/$pattern", --out, /reports, --alive, /tmp/alive]
    env_file: [.env]
    deploy: {replicas: 2}
    init: true
    restart: unless-stopped
    stop_grace_period: 60s
    healthcheck:
      test: [CMD, okr-sync, worker, --probe, /tmp/alive]
      interval: 30s
      timeout: 10s
      retries: 3
      start_period: 60s
    read_only: true
    user: "10001:10001"
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    mem_limit: 1g
    cpus: 1.0
    pids_limit: 256
    working_dir: /tmp
    tmpfs: ["/tmp:mode=1777"]
    volumes:
      - {type: bind, source: "$folder", target: /config, read_only: true}
      - {type: volume, source: reports, target: /reports}
    logging: {driver: json-file, options: {max-size: 10m, max-file: "3"}}
volumes:
  reports: {}
""")


def fleet_schedule(
    kind: FleetKind,
    installation: Installation,
    *,
    every: int = 15,
    spread: int = 0,
    user: str = "okr-sync",
    image: str = "okr-sync:latest",
) -> str:
    """Give the units that keep workers running for an installation's files (a pattern, maybe).

    For cron it is what has those read that keep no time of their own.
    """
    folder, pattern = posixpath.split(installation.okrs or "okrs.yaml")
    if kind == "cron":
        text = _cron(installation, cron_time(every, spread))
    elif kind == "systemd":
        text = _systemd(installation, user)
    elif kind == "kubernetes":
        text = KUBERNETES.substitute(image=image, pattern=pattern)
    else:
        bound = f"./{folder}" if folder and not folder.startswith("/") else folder or "."
        text = COMPOSE.substitute(image=image, pattern=pattern, folder=bound)
    return EXIT_CODES + text


def _cron(installation: Installation, time: str) -> str:
    store = installation.store
    return CRON.substitute(
        path=installation.search_path,
        environment=f'OKR_SYNC_STORE="{store}"\n' if store else "",
        time=time,
        directory=quoted_for_cron(installation.directory),
        command=" ".join(quoted_for_cron(word) for word in installation.words),
    )


def _systemd(installation: Installation, user: str) -> str:
    directory = installation.directory
    program = " ".join(argument(word) for word in installation.words)
    return SYSTEMD.substitute(
        user=user,
        directory=directory.replace("%", "%%"),
        path=installation.search_path.replace("%", "%%"),
        environment=environment(installation),
        start=f"{program} worker",
        hardening=HARDENING.substitute(folders=" ".join(map(argument, installation.folders))),
    )
