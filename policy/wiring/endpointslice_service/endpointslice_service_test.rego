package wiring.endpointslice_service_test

import data.lib.fixture
import data.wiring.endpointslice_service

test_passes if {
	endpointslice_service.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_service_with_selector if {
	patches := [
		{"op": "add", "path": "/service_db/spec/selector", "value": {"app": "db"}},
	]
	expected := {{
		"msg": "the Service db has a selector, so that its endpoints are not written by hand",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["metadata", "labels", "kubernetes.io/service-name"],
	}}
	endpointslice_service.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_service if {
	patches := [
		{"op": "replace", "path": "/slice_db/metadata/labels", "value": {"app": "db"}},
	]
	expected := {{
		"msg": "belongs to no Service: the label kubernetes.io/service-name is missing",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["metadata", "labels"],
	}}
	endpointslice_service.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port if {
	patches := [
		{"op": "replace", "path": "/slice_db/ports/0/name", "value": "sql"},
	]
	expected := {{
		"msg": "has no port postgres 5432, as the Service has",
		"application": "shop",
		"object": "EndpointSlice.discovery.k8s.io/data/db",
		"field": ["ports"],
	}}
	endpointslice_service.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
