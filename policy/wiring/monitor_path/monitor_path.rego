# METADATA
# title: A ServiceMonitor's path is one that is served
# description: >-
#   Metrics are at /metrics. Where a program serves them elsewhere,
#   policy/parameters/monitoring.yaml says so, so that a slip in a path does not stop
#   the scraping unnoticed.
# custom:
#   id: wiring.monitor_path
#   severity: error
#   solution: >-
#     Correct the path, or list it in policy/parameters/monitoring.yaml.
package wiring.monitor_path

import data.lib.kube

deny contains kube.finding(monitor, ["spec", "endpoints", i, "path"], msg) if {
	some monitor in input.objects["ServiceMonitor.monitoring.coreos.com"][_]
	some i, endpoint in monitor.object.spec.endpoints
	not endpoint.path in object.get(data.parameters.monitoring.paths, monitor.id, ["/metrics"])
	msg := sprintf("%s is no path at which metrics are known to be served", [endpoint.path])
}
