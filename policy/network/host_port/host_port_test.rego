package network.host_port_test

import data.lib.fixture
import data.network.host_port

test_passes if {
	host_port.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_container if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/ports/0/hostPort", "value": 8000},
	]
	expected := {{
		"msg": "opens port 8000 of its node",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "ports", 0, "hostPort"],
	}}
	host_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_listed_port if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/ports/0/hostPort", "value": 8000},
	]
	parameters := object.union(fixture.parameters, {"network": {"host_ports": {"live": {"Deployment.apps/shop/shop": [8000]}}}})
	host_port.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
