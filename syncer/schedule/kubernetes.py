"""A CronJob for Kubernetes; pure."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from syncer.schedule.cron import cron_time

if TYPE_CHECKING:
    from syncer.schedule.installation import Rhythm

KUBERNETES = Template("""\
# Before `kubectl apply -f -`:
#   an image named $image that the nodes can pull: docker build -t $image . in a clone;
#   the file:     kubectl create configmap okr-sync --from-file=$file
#   the secrets:  kubectl create secret generic okr-sync --from-env-file=.env
# Each key of the secret is mounted as a file of its name: the secrets directory.
# With OKR_SYNC_STORE=postgresql://... in the secret the volume holds only reports.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: okr-sync
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
                - {name: OKR_SYNC_OKRS, value: /data/$file}
                - {name: OKR_SYNC_SECRETS_DIR, value: /secrets}
              resources:
                requests: {cpu: 100m, memory: 128Mi}
                limits: {memory: 512Mi}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
              volumeMounts:
                - {name: data, mountPath: /data}
                - {name: config, mountPath: /data/$file, subPath: $file, readOnly: true}
                - {name: secrets, mountPath: /secrets, readOnly: true}
                - {name: tmp, mountPath: /tmp}
          volumes:
            - {name: data, persistentVolumeClaim: {claimName: okr-sync}}
            - {name: config, configMap: {name: okr-sync}}
            - {name: secrets, secret: {secretName: okr-sync, defaultMode: 288}}
            - {name: tmp, emptyDir: {}}
""")


def manifest(image: str, rhythm: Rhythm, file: str) -> str:
    """Give the volume and two CronJobs; see `syncer.schedule.printing.schedule`."""
    times = (rhythm.sync, 0, "", "[sync]"), (rhythm.report, 5, "-report", '[report, "--due"]')
    jobs = "".join(
        CRON_JOB.substitute(
            name=f"okr-sync{suffix}",
            time=cron_time(every, rhythm.spread + later),
            image=image,
            args=args,
            file=file,
        )
        for every, later, suffix, args in times
    )
    return KUBERNETES.substitute(image=image, jobs=jobs, file=file)
