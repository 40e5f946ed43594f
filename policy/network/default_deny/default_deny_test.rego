package network.default_deny_test

import data.lib.fixture
import data.network.default_deny

test_passes if {
	default_deny.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_policy if {
	patches := [
		{"op": "remove", "path": "/deny_shop"},
	]
	expected := {
		{
			"msg": "nothing denies Egress by default",
			"application": "shop",
			"object": "Namespace/shop",
			"field": ["metadata", "name"],
		},
		{
			"msg": "nothing denies Ingress by default",
			"application": "shop",
			"object": "Namespace/shop",
			"field": ["metadata", "name"],
		},
	}
	default_deny.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_one_direction if {
	patches := [
		{"op": "remove", "path": "/deny_shop/spec/policyTypes/1"},
	]
	expected := {{
		"msg": "nothing denies Egress by default",
		"application": "shop",
		"object": "Namespace/shop",
		"field": ["metadata", "name"],
	}}
	default_deny.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_listed_namespace if {
	patches := [
		{"op": "remove", "path": "/deny_shop"},
	]
	parameters := object.union(fixture.parameters, {"network": {"open": ["shop"]}})
	default_deny.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
