# METADATA
# title: No Ingress carries configuration of nginx
# description: >-
#   Annotations that end in -snippet put text into nginx's configuration: whoever may
#   write an Ingress could read every Secret (CVE-2021-25742, CVE-2025-1974). The
#   controller does not allow them either.
# custom:
#   id: network.ingress_snippet
#   severity: error
#   solution: >-
#     Use the annotation that is meant for the purpose.
package network.ingress_snippet

import data.lib.kube

deny contains kube.finding(ingress, ["metadata", "annotations", key], "puts text into nginx's configuration") if {
	some ingress in input.objects["Ingress.networking.k8s.io"][_]
	some key, _ in ingress.object.metadata.annotations
	regex.match(`-snippets?$`, key)
}

deny contains kube.finding(config, ["data", "allow-snippet-annotations"], "allows snippets") if {
	some config in input.objects.ConfigMap[_]
	config.object.data["allow-snippet-annotations"] == "true"
}
