# METADATA
# title: Metrics are not reachable from outside
# description: >-
#   No Ingress leads to /metrics, or to the port of a Service that a ServiceMonitor
#   scrapes.
# custom:
#   id: network.ingress_metrics
#   severity: error
#   solution: >-
#     Lead the Ingress to the port that serves customers.
package network.ingress_metrics

import data.lib.kube
import data.lib.monitoring

deny contains kube.finding(ingress, ["spec", "rules", i, "http", "paths", j, "path"], "leads to the metrics") if {
	some ingress in input.objects["Ingress.networking.k8s.io"][_]
	some i, rule in ingress.object.spec.rules
	some j, path in rule.http.paths
	startswith(object.get(path, "path", "/"), "/metrics")
}

deny contains kube.finding(ingress, ["spec", "rules", i, "http", "paths", j, "backend", "service", "port"], "leads to the port that Prometheus scrapes") if {
	some namespace
	some ingress in input.objects["Ingress.networking.k8s.io"][namespace]
	some i, rule in ingress.object.spec.rules
	some j, path in rule.http.paths
	backend := path.backend.service
	some service in input.objects.Service[namespace]
	kube.name(service) == backend.name
	some port in service.object.spec.ports
	some wanted in backend.port
	wanted in {object.get(port, "name", ""), port.port}
	port in scraped[namespace][kube.name(service)]
}

# scraped are the ports of Services that Prometheus scrapes.
scraped[found.namespace][kube.name(found.service)] contains port if {
	some namespace
	some monitor in input.objects["ServiceMonitor.monitoring.coreos.com"][namespace]
	services := monitoring.services(monitor, namespace)
	some endpoint in monitor.object.spec.endpoints
	some found in services
	some port in found.service.object.spec.ports
	object.get(port, "name", "") == endpoint.port
}
