# METADATA
# title: Pods mount only what they may
# description: >-
#   Volumes are of the types that Pod Security allows to restricted pods. Files of the
#   node are for pods.host_access to say.
# custom:
#   id: pods.volume_type
#   severity: error
#   solution: >-
#     Use a ConfigMap, a Secret, an emptyDir, a PersistentVolumeClaim or what is
#     projected.
package pods.volume_type

import data.lib.kube

types := {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "hostPath", "persistentVolumeClaim", "projected", "secret"}

deny contains kube.finding(pod.entry, array.concat(pod.path, ["volumes", i, type]), msg) if {
	some pod in kube.pods[_]
	some i, volume in pod.spec.volumes
	some type in (object.keys(volume) - (types | {"name"}))
	msg := sprintf("is a volume of the type %s", [type])
}
