"""A CronJob for Kubernetes; pure."""

from __future__ import annotations

from string import Template

from syncer.schedule.cron import HOUR, cron_time

KUBERNETES = Template("""\
# Before `kubectl apply -f -`:
#   an image named $image with `pip install "okr-sync[postgresql]"` in it;
#   the file:     kubectl create configmap okr-sync --from-file=okrs.yaml
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
                - {name: OKR_SYNC_OKRS, value: /config/okrs.yaml}
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
                - {name: config, mountPath: /config, readOnly: true}
                - {name: secrets, mountPath: /secrets, readOnly: true}
                - {name: tmp, mountPath: /tmp}
          volumes:
            - {name: data, persistentVolumeClaim: {claimName: okr-sync}}
            - {name: config, configMap: {name: okr-sync}}
            - {name: secrets, secret: {secretName: okr-sync, defaultMode: 288}}
            - {name: tmp, emptyDir: {}}
""")


def manifest(*, image: str, every: int, spread: int) -> str:
    """Give the volume and two CronJobs; see `syncer.schedule.printing.schedule`."""
    sync = CRON_JOB.substitute(
        name="okr-sync", time=cron_time(every, spread), image=image, args="[sync]"
    )
    report = CRON_JOB.substitute(
        name="okr-sync-report",
        time=cron_time(HOUR, spread + 5),
        image=image,
        args='[report, "--due"]',
    )
    return KUBERNETES.substitute(image=image, jobs=sync + report)
