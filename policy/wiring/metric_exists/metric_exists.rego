# METADATA
# title: Dashboards and rules ask for metrics that the exchange exports
# description: >-
#   Every name that begins with exchange_ in an expression of a PrometheusRule or a
#   dashboard is a metric in the exchange's code, or recorded by a rule. An alert on
#   another never fires.
# custom:
#   id: wiring.metric_exists
#   severity: error
#   solution: >-
#     Correct the name; `go run ./src/cmd/exchange` exports what
#     policy/facts/exchange.json lists.
package wiring.metric_exists

import data.lib.kube

exported := {name | some name in data.facts.exchange.metrics} | {rule.record |
	some entry in input.objects["PrometheusRule.monitoring.coreos.com"][_]
	some group in entry.object.spec.groups
	some rule in group.rules
	rule.record
}

used(text) := {name | some name in regex.find_n(`[a-zA-Z0-9_:]*exchange_[a-zA-Z0-9_:]+`, text, -1)}

deny contains kube.finding(entry, ["spec", "groups", i, "rules", j, "expr"], msg) if {
	some entry in input.objects["PrometheusRule.monitoring.coreos.com"][_]
	some i, group in entry.object.spec.groups
	some j, rule in group.rules
	some name in (used(sprintf("%v", [rule.expr])) - exported)
	msg := sprintf("the exchange exports no metric %s", [name])
}

deny contains kube.finding(entry, ["data", key], msg) if {
	some entry in input.objects.ConfigMap[_]
	some key, text in entry.object.data
	endswith(key, ".json")
	dashboard := json.unmarshal(text)
	some panel in dashboard.panels
	some target in panel.targets
	some name in (used(target.expr) - exported)
	msg := sprintf("the exchange exports no metric %s", [name])
}
