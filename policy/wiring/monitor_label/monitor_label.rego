# METADATA
# title: Prometheus selects what is made for it
# description: >-
#   The labels of every ServiceMonitor and PrometheusRule match the selector of a
#   Prometheus. One that is not selected is silently not used.
# custom:
#   id: wiring.monitor_label
#   severity: error
#   solution: >-
#     Add the label that the Prometheus object's selector asks for.
package wiring.monitor_label

import data.lib.kube

selectors := {
	"ServiceMonitor.monitoring.coreos.com": "serviceMonitorSelector",
	"PodMonitor.monitoring.coreos.com": "podMonitorSelector",
	"PrometheusRule.monitoring.coreos.com": "ruleSelector",
}

deny contains kube.finding(entry, ["metadata", "labels"], msg) if {
	some kind, selector in selectors
	some entry in input.objects[kind][_]
	not taken(selector, entry)
	msg := sprintf("no Prometheus has a %s that selects these labels", [selector])
}

taken(selector, entry) if {
	some prometheus in input.objects["Prometheus.monitoring.coreos.com"][_]
	kube.matches(prometheus.object.spec[selector], kube.labels(entry))
}
