package wiring.autoscaler_target_test

import data.lib.fixture
import data.wiring.autoscaler_target

test_passes if {
	autoscaler_target.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_workload_that_is_not_there if {
	patches := [
		{"op": "replace", "path": "/autoscaler/spec/scaleTargetRef/name", "value": "stop"},
	]
	expected := {{
		"msg": "there is no Deployment stop in namespace shop",
		"application": "shop",
		"object": "HorizontalPodAutoscaler.autoscaling/shop/shop",
		"field": ["spec", "scaleTargetRef"],
	}}
	autoscaler_target.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_what_is_not_requested if {
	patches := [
		{"op": "replace", "path": "/autoscaler/spec/metrics/0/resource/name", "value": "memory"},
		{"op": "remove", "path": "/deployment/spec/template/spec/containers/0/resources/requests/memory"},
	]
	expected := {{
		"msg": "the container shop requests no memory, so that its utilisation is unknown",
		"application": "shop",
		"object": "HorizontalPodAutoscaler.autoscaling/shop/shop",
		"field": ["spec", "metrics", 0],
	}}
	autoscaler_target.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_metrics if {
	patches := [
		{"op": "remove", "path": "/api"},
	]
	expected := {{
		"msg": "nothing in the cluster serves metrics.k8s.io",
		"application": "shop",
		"object": "HorizontalPodAutoscaler.autoscaling/shop/shop",
		"field": ["spec", "metrics", 0],
	}}
	autoscaler_target.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
