package pods.image_digest_test

import data.lib.fixture
import data.pods.image_digest

test_passes if {
	image_digest.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_in_production if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/image", "value": "docker.io/example/shop:1.2.3"},
	]
	expected := {{
		"msg": "docker.io/example/shop:1.2.3 has no digest",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "image"],
	}}
	image_digest.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_elsewhere if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/image", "value": "docker.io/example/shop:1.2.3"},
	]
	image_digest.deny == set() with input as fixture.cluster("test", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
