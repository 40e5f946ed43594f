# METADATA
# title: Jobs are hooks that can be seen to end
# description: >-
#   A Job's template cannot be changed, so that one in Git is a hook of Argo CD, made
#   anew at each sync (BeforeHookCreation). One that Kubernetes removes at once counts
#   as running for ever: it stays for a minute or more.
# custom:
#   id: argo.job
#   severity: error
#   solution: >-
#     Annotate it as a hook with BeforeHookCreation, and set ttlSecondsAfterFinished
#     to 60 or more.
package argo.job

import data.lib.kube

prefix := "argocd.argoproj.io"

deny contains kube.finding(job, ["metadata", "annotations", key], "is not made anew at each sync") if {
	some job in input.objects["Job.batch"][_]
	some name, wanted in {"hook": ["PreSync", "Sync", "PostSync"], "hook-delete-policy": ["BeforeHookCreation"]}
	key := sprintf("%s/%s", [prefix, name])
	not object.get(job.object.metadata, ["annotations", key], "") in wanted
}

deny contains kube.finding(job, ["spec", "ttlSecondsAfterFinished"], msg) if {
	some job in input.objects["Job.batch"][_]
	seconds := job.object.spec.ttlSecondsAfterFinished
	seconds < 60
	msg := sprintf("is gone %d s after it ended: Argo CD may not have seen it", [seconds])
}
