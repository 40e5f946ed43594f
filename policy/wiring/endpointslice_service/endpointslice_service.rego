# METADATA
# title: An EndpointSlice stands behind a Service's ports
# description: >-
#   An EndpointSlice that is written by hand belongs to a Service without a selector,
#   and has a port of the same name for each of the Service's. Traffic goes by the
#   name.
# custom:
#   id: wiring.endpointslice_service
#   severity: error
#   solution: >-
#     Name the Service in the label kubernetes.io/service-name, and give the ports the
#     same names.
package wiring.endpointslice_service

import data.lib.kube

deny contains kube.finding(slice, ["metadata", "labels", "kubernetes.io/service-name"], msg) if {
	some namespace
	some slice in input.objects["EndpointSlice.discovery.k8s.io"][namespace]
	some service in input.objects.Service[namespace]
	kube.name(service) == kube.labels(slice)["kubernetes.io/service-name"]
	service.object.spec.selector
	msg := sprintf("the Service %s has a selector, so that its endpoints are not written by hand", [kube.name(service)])
}

deny contains kube.finding(slice, ["metadata", "labels"], msg) if {
	some slice in input.objects["EndpointSlice.discovery.k8s.io"][_]
	not kube.labels(slice)["kubernetes.io/service-name"]
	msg := "belongs to no Service: the label kubernetes.io/service-name is missing"
}

deny contains kube.finding(slice, ["ports"], msg) if {
	some namespace
	some slice in input.objects["EndpointSlice.discovery.k8s.io"][namespace]
	some service in input.objects.Service[namespace]
	kube.name(service) == kube.labels(slice)["kubernetes.io/service-name"]
	some port in service.object.spec.ports
	same := [found |
		some found in slice.object.ports
		object.get(found, "name", "") == object.get(port, "name", "")
		found.port == object.get(port, "targetPort", port.port)
	]
	count(same) == 0
	msg := sprintf("has no port %s %v, as the Service has", [object.get(port, "name", ""), object.get(port, "targetPort", port.port)])
}
