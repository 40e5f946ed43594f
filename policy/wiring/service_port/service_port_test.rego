package wiring.service_port_test

import data.lib.fixture
import data.wiring.service_port

test_passes if {
	service_port.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_name if {
	patches := [
		{"op": "replace", "path": "/service/spec/ports/0/targetPort", "value": "web"},
	]
	expected := {{
		"msg": "no container that the Service selects declares the port web",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["spec", "ports", 0, "targetPort"],
	}}
	service_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_number if {
	patches := [
		{"op": "replace", "path": "/service/spec/ports/1/port", "value": 9001},
	]
	expected := {{
		"msg": "no container that the Service selects declares the port 9001",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["spec", "ports", 1, "targetPort"],
	}}
	service_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_protocol if {
	patches := [
		{"op": "add", "path": "/service/spec/ports/0/protocol", "value": "UDP"},
	]
	expected := {{
		"msg": "no container that the Service selects declares the port http",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["spec", "ports", 0, "targetPort"],
	}}
	service_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
