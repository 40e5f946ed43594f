package wiring.ingress_allowed_test

import data.lib.fixture
import data.wiring.ingress_allowed

test_passes if {
	ingress_allowed.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_where_nothing_lets_in if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/ingress/0/ports/0/port", "value": 8001},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace shop lets the ingress controller in to port 8000",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "rules", 0, "http", "paths", 0, "backend", "service", "port"],
	}}
	ingress_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_where_nothing_lets_out if {
	patches := [
		{"op": "replace", "path": "/policy_ingress/spec/egress/0/ports/0/port", "value": 8001},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace ingress lets the ingress controller out to port 8000 of namespace shop",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "rules", 0, "http", "paths", 0, "backend", "service", "port"],
	}}
	ingress_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
