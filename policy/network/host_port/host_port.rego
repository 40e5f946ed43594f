# METADATA
# title: Only listed workloads open a port of their node
# description: >-
#   A container has a hostPort only where policy/parameters/network.yaml lists it for
#   the cluster.
# custom:
#   id: network.host_port
#   severity: error
#   solution: >-
#     Use a Service, or list the workload.
package network.host_port

import data.lib.kube

deny contains kube.finding(found.entry, array.concat(found.field, ["ports", i, "hostPort"]), msg) if {
	some found in kube.containers[_]
	some i, port in found.container.ports
	not port.hostPort in object.get(listed, found.entry.id, [])
	msg := sprintf("opens port %d of its node", [port.hostPort])
}

listed := object.get(data.parameters.network.host_ports, input.cluster, {})
