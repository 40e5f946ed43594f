package network.ingress_tls_test

import data.lib.fixture
import data.network.ingress_tls

test_passes if {
	ingress_tls.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_outside_the_lab if {
	patches := [
		{"op": "replace", "path": "/ingress/spec/rules/0/host", "value": "other.example"},
	]
	expected := {{
		"msg": "the host \"other.example\" has no TLS",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "rules", 0, "host"],
	}}
	ingress_tls.deny == expected with input as fixture.cluster("test", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_in_the_lab if {
	patches := [
		{"op": "remove", "path": "/ingress/spec/tls"},
	]
	ingress_tls.deny == set() with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
