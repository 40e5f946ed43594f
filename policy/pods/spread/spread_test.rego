package pods.spread_test

import data.lib.fixture
import data.pods.spread

test_passes if {
	spread.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_deployment if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/topologySpreadConstraints/0/topologyKey", "value": "topology.kubernetes.io/zone"},
	]
	expected := {{
		"msg": "does not say that its replicas are on different nodes",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "topologySpreadConstraints"],
	}}
	spread.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_prometheus if {
	patches := [
		{"op": "remove", "path": "/prometheus/spec/topologySpreadConstraints"},
	]
	expected := {{
		"msg": "does not say that its replicas are on different nodes",
		"application": "shop",
		"object": "Prometheus.monitoring.coreos.com/watch/main",
		"field": ["spec", "topologySpreadConstraints"],
	}}
	spread.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
