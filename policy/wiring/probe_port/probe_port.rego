# METADATA
# title: A probe asks a port that its container declares
# description: >-
#   The port of each probe, a name or a number, is declared by the same container. A
#   probe of another port kills the pod for ever, or keeps it from getting ready.
# custom:
#   id: wiring.probe_port
#   severity: error
#   solution: >-
#     Declare the port, or correct the probe.
package wiring.probe_port

import data.lib.kube

deny contains kube.finding(found.entry, array.concat(found.field, [probe, action, "port"]), msg) if {
	some found in kube.containers[_]
	some probe in ["startupProbe", "livenessProbe", "readinessProbe"]
	some action in ["httpGet", "tcpSocket", "grpc"]
	wanted := found.container[probe][action].port
	ports := {value | some port in found.container.ports; some value in [object.get(port, "name", ""), port.containerPort]}
	not wanted in ports
	not local(found, wanted)
	msg := sprintf("the container declares no port %v", [wanted])
}

# local are ports that only the node itself asks: policy/parameters/pods.yaml lists them.
local(found, wanted) if wanted in object.get(data.parameters.pods.probed, found.entry.id, [])
