# METADATA
# title: Only listed Services open a port of the nodes
# description: >-
#   A Service is of type NodePort only where policy/parameters/network.yaml lists it
#   for the cluster, with its ports.
# custom:
#   id: network.node_port
#   severity: error
#   solution: >-
#     Use an Ingress, or list the Service.
package network.node_port

import data.lib.kube

deny contains kube.finding(service, ["spec", "type"], msg) if {
	some service in input.objects.Service[_]
	service.object.spec.type == "NodePort"
	not service.id in object.keys(listed)
	msg := "opens a port of every node"
}

deny contains kube.finding(service, ["spec", "ports", i, "nodePort"], msg) if {
	some service in input.objects.Service[_]
	some i, port in service.object.spec.ports
	not port.nodePort in listed[service.id]
	listed[service.id]
	msg := sprintf("the port %d of the nodes is not listed", [port.nodePort])
}

listed := object.get(data.parameters.network.node_ports, input.cluster, {})
