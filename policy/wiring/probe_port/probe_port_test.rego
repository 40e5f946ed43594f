package wiring.probe_port_test

import data.lib.fixture
import data.wiring.probe_port

test_passes if {
	probe_port.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_name if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/readinessProbe/httpGet/port", "value": "health"},
	]
	expected := {{
		"msg": "the container declares no port health",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "readinessProbe", "httpGet", "port"],
	}}
	probe_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_number if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/livenessProbe/httpGet/port", "value": 9999},
	]
	expected := {{
		"msg": "the container declares no port 9999",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "livenessProbe", "httpGet", "port"],
	}}
	probe_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_listed_port if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/livenessProbe/httpGet/port", "value": 9999},
	]
	parameters := object.union(fixture.parameters, {"pods": {"probed": {"Deployment.apps/shop/shop": [9999]}}})
	probe_port.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
