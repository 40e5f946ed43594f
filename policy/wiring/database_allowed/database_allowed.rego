# METADATA
# title: NetworkPolicies let the exchange reach what it is configured to
# description: >-
#   Where a pod's environment names a Service of the cluster that stands for addresses
#   outside it, such as DATABASE_HOST, the policies around the pod let it out to those
#   addresses and to the cluster's DNS.
# custom:
#   id: wiring.database_allowed
#   severity: error
#   solution: >-
#     Allow the addresses and ports of the EndpointSlice in the NetworkPolicy, and
#     DNS.
package wiring.database_allowed

import data.lib.environment
import data.lib.kube
import data.lib.network

deny contains kube.finding(slice, ["endpoints", i, "addresses", j], msg) if {
	some use in environment.uses
	some slice in input.objects["EndpointSlice.discovery.k8s.io"][use.namespace]
	kube.labels(slice)["kubernetes.io/service-name"] == use.service
	some i, endpoint in slice.object.endpoints
	some j, address in endpoint.addresses
	some declared in slice.object.ports
	port := {"name": object.get(declared, "name", ""), "number": declared.port, "protocol": object.get(declared, "protocol", "TCP")}
	not network.leaves_to(use.pod_namespace, use.pod.labels, address, port)
	msg := sprintf("no NetworkPolicy lets %s out to %s port %d, to which its %s leads", [use.pod.entry.id, address, declared.port, use.variable])
}

deny contains kube.finding(use.pod.entry, ["metadata", "name"], msg) if {
	some use in environment.uses
	pod := {"labels": use.pod.labels, "host": object.get(use.pod.spec, "hostNetwork", false)}
	some resolver in kube.targets["kube-system"]
	resolver.labels["k8s-app"] == "kube-dns"
	some port in resolver.ports
	port.number == 53
	not network.leaves(use.pod_namespace, pod, "kube-system", resolver, port)
	msg := sprintf("no NetworkPolicy lets it out to the cluster's DNS (%s), by which %s is found", [port.protocol, use.variable])
}
