# METADATA
# title: NetworkPolicies let the ingress controller in
# description: >-
#   For each backend of an Ingress, the policies around the pods let the ingress
#   controller in to their port, and those around the controller let it out.
# custom:
#   id: wiring.ingress_allowed
#   severity: error
#   solution: >-
#     Allow the port in the NetworkPolicies of the pods' namespace and of the
#     controller's.
package wiring.ingress_allowed

import data.lib.kube
import data.lib.network

# controllers are the pods that serve Ingresses: those behind an IngressClass.
controllers := [found |
	some namespace in data.parameters.network.ingress_controllers
	some target in kube.targets[namespace]
	some port in target.ports
	port.name == "https"
	found := {"namespace": namespace, "target": target}
]

backends contains {"ingress": ingress, "field": field, "namespace": namespace, "target": target, "port": port} if {
	some namespace
	some ingress in input.objects["Ingress.networking.k8s.io"][namespace]
	some i, rule in ingress.object.spec.rules
	some j, path in rule.http.paths
	some service in input.objects.Service[namespace]
	kube.name(service) == path.backend.service.name
	some declared in service.object.spec.ports
	some wanted in path.backend.service.port
	wanted in {object.get(declared, "name", ""), declared.port}
	some target in kube.selected(service, namespace)
	some port in kube.leads_to(declared, target)
	field := ["spec", "rules", i, "http", "paths", j, "backend", "service", "port"]
}

deny contains kube.finding(backend.ingress, backend.field, msg) if {
	some backend in backends
	some controller in controllers
	not network.enters(backend.namespace, backend.target, controller.namespace, controller.target, backend.port)
	msg := sprintf("no NetworkPolicy of namespace %s lets the ingress controller in to port %d", [backend.namespace, backend.port.number])
}

deny contains kube.finding(backend.ingress, backend.field, msg) if {
	some backend in backends
	some controller in controllers
	not network.leaves(controller.namespace, controller.target, backend.namespace, backend.target, backend.port)
	msg := sprintf("no NetworkPolicy of namespace %s lets the ingress controller out to port %d of namespace %s", [
		controller.namespace,
		backend.port.number,
		backend.namespace,
	])
}
