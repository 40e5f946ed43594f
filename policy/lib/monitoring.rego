# METADATA
# description: What a ServiceMonitor selects, and who scrapes it.
package lib.monitoring

import data.lib.kube

# services are the Services that a ServiceMonitor in a namespace selects.
services(monitor, namespace) := [found |
	some other in searched(monitor, namespace)
	some service in kube.services[other]
	kube.matches(monitor.object.spec.selector, kube.labels(service))
	found := {"namespace": other, "service": service}
]

searched(monitor, _) := kube.namespaces if monitor.object.spec.namespaceSelector.any

searched(monitor, namespace) := object.get(object.get(monitor.object.spec, "namespaceSelector", {}), "matchNames", [namespace]) if {
	not monitor.object.spec.namespaceSelector.any
}

# ports are those of the Services that an endpoint names.
ports(services, endpoint) := {port |
	some found in services
	some port in found.service.object.spec.ports
	object.get(port, "name", "") == endpoint.port
}

# prometheuses are the pods that scrape.
prometheuses := [found |
	some namespace
	some entry in input.objects["Prometheus.monitoring.coreos.com"][namespace]
	some target in kube.targets[namespace]
	target.labels["operator.prometheus.io/name"] == kube.name(entry)
	found := {"namespace": namespace, "target": target}
]
