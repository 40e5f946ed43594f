package pods.resources_test

import data.lib.fixture
import data.pods.resources

test_passes if {
	resources.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_container if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/containers/0/resources/limits"},
	]
	expected := {{
		"msg": "resources.limits.memory is missing",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "resources", "limits", "memory"],
	}}
	resources.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_prometheus if {
	patches := [
		{"op": "remove", "path": "/prometheus/spec/resources/requests/cpu"},
	]
	expected := {{
		"msg": "resources.requests.cpu is missing",
		"application": "shop",
		"object": "Prometheus.monitoring.coreos.com/watch/main",
		"field": ["spec", "resources", "requests", "cpu"],
	}}
	resources.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
