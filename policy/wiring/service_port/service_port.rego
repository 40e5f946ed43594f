# METADATA
# title: A Service's port leads to a container's port
# description: >-
#   The targetPort of each port of a Service, a name or a number, is a port that the
#   containers of the pods it selects declare, of the same protocol.
# custom:
#   id: wiring.service_port
#   severity: error
#   solution: >-
#     Declare the port in the container, or correct targetPort.
package wiring.service_port

import data.lib.kube

deny contains kube.finding(service, ["spec", "ports", i, "targetPort"], msg) if {
	some namespace
	some service in input.objects.Service[namespace]
	targets := kube.selected(service, namespace)
	count(targets) > 0
	some i, port in service.object.spec.ports
	leads := {found | some target in targets; some found in kube.leads_to(port, target)}
	count(leads) == 0
	wanted := object.get(port, "targetPort", port.port)
	msg := sprintf("no container that the Service selects declares the port %v", [wanted])
}
