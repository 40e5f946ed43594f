# METADATA
# title: Ingresses outside the lab have TLS
# description: >-
#   Every host of an Ingress in staging and production is in its tls, with a Secret.
# custom:
#   id: network.ingress_tls
#   severity: error
#   solution: >-
#     Add the host to tls, with a secretName.
package network.ingress_tls

import data.lib.kube

deny contains kube.finding(ingress, ["spec", "rules", i, "host"], msg) if {
	kube.outside_lab
	some ingress in input.objects["Ingress.networking.k8s.io"][_]
	some i, rule in ingress.object.spec.rules
	host := object.get(rule, "host", "")
	not host in {name | some tls in ingress.object.spec.tls; tls.secretName; some name in tls.hosts}
	msg := sprintf("the host %q has no TLS", [host])
}
