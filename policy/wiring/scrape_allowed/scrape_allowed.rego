# METADATA
# title: NetworkPolicies let Prometheus scrape
# description: >-
#   For each endpoint of a ServiceMonitor, the policies around Prometheus let it out
#   to the port, and those around the pods let it in. Addresses outside the cluster
#   count, too.
# custom:
#   id: wiring.scrape_allowed
#   severity: error
#   solution: >-
#     Allow the port in the NetworkPolicies of Prometheus' namespace and of the pods'.
package wiring.scrape_allowed

import data.lib.kube
import data.lib.monitoring
import data.lib.network

# scraped are a port of a pod, or of an address, for each endpoint.
scraped contains {"monitor": monitor, "index": i, "namespace": service.namespace, "target": target, "port": port} if {
	some namespace
	some monitor in input.objects["ServiceMonitor.monitoring.coreos.com"][namespace]
	services := monitoring.services(monitor, namespace)
	some i, endpoint in monitor.object.spec.endpoints
	some service in services
	some declared in service.service.object.spec.ports
	object.get(declared, "name", "") == endpoint.port
	some target in kube.selected(service.service, service.namespace)
	some port in kube.leads_to(declared, target)
}

deny contains kube.finding(scrape.monitor, ["spec", "endpoints", scrape.index, "port"], msg) if {
	some scrape in scraped
	some prometheus in monitoring.prometheuses
	not network.enters(scrape.namespace, scrape.target, prometheus.namespace, prometheus.target, scrape.port)
	msg := sprintf("no NetworkPolicy of namespace %s lets Prometheus in to port %d", [scrape.namespace, scrape.port.number])
}

deny contains kube.finding(scrape.monitor, ["spec", "endpoints", scrape.index, "port"], msg) if {
	some scrape in scraped
	some prometheus in monitoring.prometheuses
	not network.leaves(prometheus.namespace, prometheus.target, scrape.namespace, scrape.target, scrape.port)
	msg := sprintf("no NetworkPolicy of namespace %s lets Prometheus out to port %d of namespace %s", [
		prometheus.namespace,
		scrape.port.number,
		scrape.namespace,
	])
}

# outside are the endpoints that are addresses.
deny contains kube.finding(monitor, ["spec", "endpoints", i, "port"], msg) if {
	some namespace
	some monitor in input.objects["ServiceMonitor.monitoring.coreos.com"][namespace]
	some i, endpoint in monitor.object.spec.endpoints
	some service in monitoring.services(monitor, namespace)
	some slice in input.objects["EndpointSlice.discovery.k8s.io"][service.namespace]
	kube.labels(slice)["kubernetes.io/service-name"] == kube.name(service.service)
	some port in slice.object.ports
	port.name == endpoint.port
	some address in slice.object.endpoints[_].addresses
	some prometheus in monitoring.prometheuses
	wanted := {"name": port.name, "number": port.port, "protocol": object.get(port, "protocol", "TCP")}
	not network.leaves_to(prometheus.namespace, prometheus.target.labels, address, wanted)
	msg := sprintf("no NetworkPolicy of namespace %s lets Prometheus out to %s port %d", [prometheus.namespace, address, port.port])
}
