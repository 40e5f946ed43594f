package pods.image_tag_test

import data.lib.fixture
import data.pods.image_tag

test_passes if {
	image_tag.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_latest if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/image", "value": "docker.io/example/shop:latest"},
	]
	expected := {{
		"msg": "docker.io/example/shop:latest says no version",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "image"],
	}}
	image_tag.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_tag if {
	patches := [
		{"op": "replace", "path": "/prometheus/spec/image", "value": "localhost:5000/prometheus"},
	]
	expected := {{
		"msg": "localhost:5000/prometheus says no version",
		"application": "shop",
		"object": "Prometheus.monitoring.coreos.com/watch/main",
		"field": ["spec", "image"],
	}}
	image_tag.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
