package wiring.database_allowed_test

import data.lib.fixture
import data.wiring.database_allowed

test_passes if {
	database_allowed.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_address if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/egress/1/to/0/ipBlock/cidr", "value": "10.1.0.0/24"},
	]
	expected := {{
		"msg": "no NetworkPolicy lets Deployment.apps/shop/shop out to 10.0.0.5 port 5432, to which its DATABASE_HOST leads",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["endpoints", 0, "addresses", 0],
	}}
	database_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_exception if {
	patches := [
		{"op": "replace", "path": "/slice_db/endpoints/0/addresses/0", "value": "10.0.0.130"},
	]
	expected := {{
		"msg": "no NetworkPolicy lets Deployment.apps/shop/shop out to 10.0.0.130 port 5432, to which its DATABASE_HOST leads",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["endpoints", 0, "addresses", 0],
	}}
	database_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/egress/1/ports/0/port", "value": 5433},
	]
	expected := {{
		"msg": "no NetworkPolicy lets Deployment.apps/shop/shop out to 10.0.0.5 port 5432, to which its DATABASE_HOST leads",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["endpoints", 0, "addresses", 0],
	}}
	database_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_dns if {
	patches := [
		{"op": "remove", "path": "/policy_shop/spec/egress/0"},
	]
	expected := {{
		"msg": "no NetworkPolicy lets it out to the cluster's DNS (UDP), by which DATABASE_HOST is found",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["metadata", "name"],
	}}
	database_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_any_address if {
	patches := [
		{"op": "remove", "path": "/policy_shop/spec/egress/1/to"},
	]
	database_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_without_policies if {
	patches := [
		{"op": "remove", "path": "/policy_shop"},
		{"op": "remove", "path": "/deny_shop"},
	]
	database_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
