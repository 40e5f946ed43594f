package wiring.policy_port_test

import data.lib.fixture
import data.wiring.policy_port

test_passes if {
	policy_port.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port_that_is_let_in if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/ingress/1/ports/0/port", "value": 8003},
	]
	expected := {{
		"msg": "no container of the pods that are selected declares port 8003",
		"application": "shop",
		"object": "NetworkPolicy.networking.k8s.io/shop/shop",
		"field": ["spec", "ingress", 1, "ports", 0, "port"],
	}}
	policy_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port_that_is_let_out if {
	patches := [
		{"op": "replace", "path": "/policy_ingress/spec/egress/0/ports/0/port", "value": 8003},
	]
	expected := {{
		"msg": "no container of the pods that it leads to declares port 8003",
		"application": "shop",
		"object": "NetworkPolicy.networking.k8s.io/ingress/controller",
		"field": ["spec", "egress", 0, "ports", 0, "port"],
	}}
	policy_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
