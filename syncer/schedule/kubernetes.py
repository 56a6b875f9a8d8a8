"""A CronJob for Kubernetes; pure."""

from __future__ import annotations

import json
import posixpath
import shlex
from string import Template
from typing import TYPE_CHECKING

from syncer.schedule.cron import cron_time

if TYPE_CHECKING:
    from syncer.schedule.installation import Installation, Rhythm

KUBERNETES = Template("""\
# Before `kubectl apply -f -`:
#   an image named $image that the nodes can pull: docker build -t $image . in a clone;
#   the file:     kubectl create configmap $name --from-file=$source
#   the secrets:  kubectl create secret generic $name --from-env-file=$dotenv
# Each key of the secret is mounted as a file of its name: the secrets directory.
# With OKR_SYNC_STORE=postgresql://... in the secret the volume holds only reports.
# A run that fails is a failed Job: alert on kube_job_status_failed (kube-state-metrics), or put
# OKR_SYNC_PING__SUCCESS and __FAILURE, a dead man's switch, into the secret.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: $name
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
$jobs""")

CRON_JOB = Template("""\
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: $name
spec:
  schedule: "$time"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 600
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0  # the next run is the retry
      activeDeadlineSeconds: 3600
      template:
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
            fsGroup: 10001
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: okr-sync
              image: $image
              args: $args
              command: [okr-sync]
              workingDir: /data
              env:
                - {name: OKR_SYNC_OKRS, value: $path}
                - {name: OKR_SYNC_SECRETS_DIR, value: /secrets}
$store              resources:
                requests: {cpu: 100m, memory: 128Mi}
                limits: {memory: 512Mi}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
              volumeMounts:
                - {name: data, mountPath: /data}
                - {name: config, mountPath: $path, subPath: $file, readOnly: true}
                - {name: secrets, mountPath: /secrets, readOnly: true}
                - {name: tmp, mountPath: /tmp}
          volumes:
            - {name: data, persistentVolumeClaim: {claimName: $base}}
            - {name: config, configMap: {name: $base}}
            - {name: secrets, secret: {secretName: $base, defaultMode: 288}}
            - {name: tmp, emptyDir: {}}
""")


def manifest(image: str, rhythm: Rhythm, installation: Installation) -> str:
    """Give the volume and two CronJobs; see `syncer.schedule.printing.schedule`.

    A server's store is named; a file's would be one of this machine.
    """
    file, name = installation.okrs or "okrs.yaml", installation.name
    okrs_file = posixpath.join(installation.directory, file)
    store = installation.store if installation.store.startswith("postgresql") else ""
    line = f"                - {{name: OKR_SYNC_STORE, value: {json.dumps(store)}}}\n"
    times = [(rhythm.sync, 0, "", "[sync]")]
    if installation.is_due:
        times.append((rhythm.report, 5, "-report", '[report, "--due"]'))
    jobs = "".join(
        CRON_JOB.substitute(
            name=f"{name}{suffix}",
            base=name,
            time=cron_time(every, rhythm.spread + later),
            image=image,
            args=args,
            path=json.dumps(f"/data/{file}"),
            file=json.dumps(file),
            store=line if store else "",
        )
        for every, later, suffix, args in times
    )
    return KUBERNETES.substitute(
        image=image,
        jobs=jobs,
        name=name,
        source=shlex.quote(okrs_file),
        dotenv=shlex.quote(posixpath.join(installation.directory, ".env")),
    )
