package pods.host_access_test

import data.lib.fixture
import data.pods.host_access

test_passes if {
	host_access.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_the_network_of_the_node if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/hostNetwork", "value": true},
	]
	expected := {{
		"msg": "hostNetwork: shares it with the node",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "hostNetwork"],
	}}
	host_access.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_files_of_the_node if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/volumes/-", "value": {"name": "docker", "hostPath": {"path": "/run/containerd"}}},
	]
	expected := {{
		"msg": "mounts /run/containerd of the node",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "volumes", 2, "hostPath"],
	}}
	host_access.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
