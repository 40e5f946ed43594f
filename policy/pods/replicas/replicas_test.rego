package pods.replicas_test

import data.lib.fixture
import data.pods.replicas

test_passes if {
	replicas.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_one_replica if {
	patches := [
		{"op": "replace", "path": "/controller/spec/replicas", "value": 1},
	]
	expected := {{
		"msg": "1 replica: its loss is an outage",
		"application": "shop",
		"object": "Deployment.apps/ingress/controller",
		"field": ["spec", "replicas"],
	}}
	replicas.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_autoscaler if {
	patches := [
		{"op": "replace", "path": "/autoscaler/spec/minReplicas", "value": 1},
	]
	expected := {{
		"msg": "scales down to 1 replica: its loss is an outage",
		"application": "shop",
		"object": "HorizontalPodAutoscaler.autoscaling/shop/shop",
		"field": ["spec", "minReplicas"],
	}}
	replicas.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_in_the_lab if {
	patches := [
		{"op": "replace", "path": "/controller/spec/replicas", "value": 1},
	]
	replicas.deny == set() with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_an_exception if {
	patches := [
		{"op": "replace", "path": "/controller/spec/replicas", "value": 1},
	]
	parameters := object.union(fixture.parameters, {"pods": {"exceptions": {"Deployment.apps/ingress/controller": {"why": "It may.", "may": ["one replica"]}}}})
	replicas.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
