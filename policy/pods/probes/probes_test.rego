package pods.probes_test

import data.lib.fixture
import data.pods.probes

test_passes if {
	probes.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_probe if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/containers/0/readinessProbe"},
	]
	expected := {{
		"msg": "has no readinessProbe",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "readinessProbe"],
	}}
	probes.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_an_init_container if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/initContainers", "value": [{"name": "init", "image": "docker.io/example/shop:1@sha256:0123"}]},
	]
	probes.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
