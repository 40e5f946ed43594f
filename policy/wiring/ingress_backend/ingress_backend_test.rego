package wiring.ingress_backend_test

import data.lib.fixture
import data.wiring.ingress_backend

test_passes if {
	ingress_backend.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_name if {
	patches := [
		{"op": "replace", "path": "/ingress/spec/rules/0/http/paths/0/backend/service/port/name", "value": "web"},
	]
	expected := {{
		"msg": "the Service shop has no port web",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "rules", 0, "http", "paths", 0, "backend", "service", "port"],
	}}
	ingress_backend.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_number_of_the_default if {
	patches := [
		{"op": "add", "path": "/ingress/spec/defaultBackend", "value": {"service": {"name": "shop", "port": {"number": 81}}}},
	]
	expected := {{
		"msg": "the Service shop has no port 81",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "defaultBackend", "service", "port"],
	}}
	ingress_backend.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
