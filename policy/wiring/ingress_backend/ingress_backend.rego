# METADATA
# title: An Ingress leads to a port of a Service
# description: >-
#   Each backend of an Ingress names a port that its Service has, by name or by
#   number.
# custom:
#   id: wiring.ingress_backend
#   severity: error
#   solution: >-
#     Name a port of the Service.
package wiring.ingress_backend

import data.lib.kube

backends(ingress) := [found |
	some i, rule in ingress.object.spec.rules
	some j, path in rule.http.paths
	found := {
		"service": path.backend.service,
		"field": ["spec", "rules", i, "http", "paths", j, "backend", "service", "port"],
	}
]

default_backend(ingress) := [{
	"service": ingress.object.spec.defaultBackend.service,
	"field": ["spec", "defaultBackend", "service", "port"],
}]

all_backends(ingress) := array.concat(backends(ingress), default_backend(ingress))

all_backends(ingress) := backends(ingress) if not ingress.object.spec.defaultBackend

deny contains kube.finding(ingress, backend.field, msg) if {
	some namespace
	some ingress in input.objects["Ingress.networking.k8s.io"][namespace]
	some backend in all_backends(ingress)
	some service in kube.services[namespace]
	kube.name(service) == backend.service.name
	wanted := {value | some value in backend.service.port}
	ports := {value | some port in service.object.spec.ports; some value in [object.get(port, "name", ""), port.port]}
	count(wanted & ports) == 0
	msg := sprintf("the Service %s has no port %v", [backend.service.name, concat("", [sprintf("%v", [value]) | some value in wanted])])
}
