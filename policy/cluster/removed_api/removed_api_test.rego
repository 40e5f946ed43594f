package cluster.removed_api_test

import data.cluster.removed_api
import data.lib.fixture

test_passes if {
	removed_api.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_removed_version if {
	patches := [
		{"op": "replace", "path": "/slice_db/apiVersion", "value": "discovery.k8s.io/v1beta1"},
	]
	expected := {{
		"msg": "discovery.k8s.io/v1beta1 is deprecated since Kubernetes 1.21: use discovery.k8s.io/v1",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["apiVersion"],
	}}
	removed_api.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
