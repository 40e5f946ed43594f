package pods.volume_type_test

import data.lib.fixture
import data.pods.volume_type

test_passes if {
	volume_type.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_share if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/volumes/-", "value": {"name": "share", "nfs": {"server": "10.0.0.9", "path": "/"}}},
	]
	expected := {{
		"msg": "is a volume of the type nfs",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "volumes", 2, "nfs"],
	}}
	volume_type.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
