package pods.image_registry_test

import data.lib.fixture
import data.pods.image_registry

test_passes if {
	image_registry.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_another_place if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/image", "value": "docker.io/exampleshop/shop:1.2.3@sha256:0123"},
	]
	expected := {{
		"msg": "docker.io/exampleshop/shop:1.2.3@sha256:0123 is from no place that policy/parameters/pods.yaml lists",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "image"],
	}}
	image_registry.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_an_image_that_is_built if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/image", "value": "localhost/shop:1"},
	]
	image_registry.deny == set() with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
