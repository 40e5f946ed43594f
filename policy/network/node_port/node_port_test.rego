package network.node_port_test

import data.lib.fixture
import data.network.node_port

test_passes if {
	node_port.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_service_that_is_not_listed if {
	patches := [
		{"op": "add", "path": "/service/spec/type", "value": "NodePort"},
	]
	expected := {{
		"msg": "opens a port of every node",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["spec", "type"],
	}}
	node_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port_that_is_not_listed if {
	patches := [
		{"op": "add", "path": "/service/spec/type", "value": "NodePort"},
		{"op": "add", "path": "/service/spec/ports/0/nodePort", "value": 30001},
	]
	parameters := object.union(fixture.parameters, {"network": {"node_ports": {"live": {"Service/shop/shop": [30000]}}}})
	expected := {{
		"msg": "the port 30001 of the nodes is not listed",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["spec", "ports", 0, "nodePort"],
	}}
	node_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
