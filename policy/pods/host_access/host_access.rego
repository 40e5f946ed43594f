# METADATA
# title: Pods stay out of their node
# description: >-
#   No pod uses the node's network, processes or files. Those that have to are listed
#   in policy/parameters/pods.yaml, with what they may and why.
# custom:
#   id: pods.host_access
#   severity: error
#   solution: >-
#     Do without, or list the workload in policy/parameters/pods.yaml.
package pods.host_access

import data.lib.exception
import data.lib.kube

deny contains kube.finding(pod.entry, array.concat(pod.path, [key]), msg) if {
	some pod in kube.pods[_]
	some key in ["hostNetwork", "hostPID", "hostIPC"]
	pod.spec[key]
	not exception.allows(pod.entry, key)
	msg := sprintf("%s: shares it with the node", [key])
}

deny contains kube.finding(pod.entry, array.concat(pod.path, ["volumes", i, "hostPath"]), msg) if {
	some pod in kube.pods[_]
	some i, volume in pod.spec.volumes
	path := volume.hostPath.path
	not exception.allows(pod.entry, path)
	msg := sprintf("mounts %s of the node", [path])
}
