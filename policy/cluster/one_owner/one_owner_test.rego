package cluster.one_owner_test

import data.cluster.one_owner
import data.lib.fixture

test_passes if {
	one_owner.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_two_owners if {
	patches := [
		{"op": "add", "path": "/service_again", "value": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop", "namespace": "shop"}, "spec": {}}},
	]
	expected := {{
		"msg": "is rendered by the Application shop, too",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["metadata", "name"],
	}}
	one_owner.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
