package pods.read_only_root_test

import data.lib.fixture
import data.pods.read_only_root

test_passes if {
	read_only_root.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_setting if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem"},
	]
	expected := {{
		"msg": "may write to its root filesystem",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "readOnlyRootFilesystem"],
	}}
	read_only_root.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
