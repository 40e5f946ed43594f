# METADATA
# title: A ServiceMonitor finds its Services and their port
# description: >-
#   The selector of a ServiceMonitor matches a Service in the namespaces it names, and
#   each endpoint names a port that one of them has. Otherwise Prometheus scrapes
#   nothing and says nothing.
# custom:
#   id: wiring.monitor_target
#   severity: error
#   solution: >-
#     Make the selector equal to the labels of the Service, and port to the name of
#     one of its ports.
package wiring.monitor_target

import data.lib.kube
import data.lib.monitoring

deny contains kube.finding(monitor, ["spec", "selector"], msg) if {
	some namespace
	some monitor in input.objects["ServiceMonitor.monitoring.coreos.com"][namespace]
	count(monitoring.services(monitor, namespace)) == 0
	msg := "selects no Service"
}

deny contains kube.finding(monitor, ["spec", "endpoints", i, "port"], msg) if {
	some namespace
	some monitor in input.objects["ServiceMonitor.monitoring.coreos.com"][namespace]
	services := monitoring.services(monitor, namespace)
	count(services) > 0
	some i, endpoint in monitor.object.spec.endpoints
	count(monitoring.ports(services, endpoint)) == 0
	msg := sprintf("none of the Services that it selects has a port named %v", [object.get(endpoint, "port", "")])
}
