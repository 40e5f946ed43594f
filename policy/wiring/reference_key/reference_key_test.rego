package wiring.reference_key_test

import data.lib.fixture
import data.wiring.reference_key

test_passes if {
	reference_key.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_key_of_a_secret if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/env/1/valueFrom/secretKeyRef/key", "value": "PASSWROD"},
	]
	expected := {{
		"msg": "shop has no key PASSWROD",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "env", 1, "valueFrom", "secretKeyRef", "key"],
	}}
	reference_key.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_key_of_a_volume if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/volumes/0/configMap/items/0/key", "value": "GREET"},
		{"op": "replace", "path": "/deployment/spec/template/spec/volumes/1/secret/items/0/key", "value": "PASS"},
	]
	expected := {
		{
			"msg": "shop has no key GREET",
			"application": "shop",
			"object": "Deployment.apps/shop/shop",
			"field": ["spec", "template", "spec", "volumes", 0, "configMap", "items", 0, "key"],
		},
		{
			"msg": "shop has no key PASS",
			"application": "shop",
			"object": "Deployment.apps/shop/shop",
			"field": ["spec", "template", "spec", "volumes", 1, "secret", "items", 0, "key"],
		},
	}
	reference_key.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_an_optional_key if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/containers/0/env/1/valueFrom/secretKeyRef", "value": {"name": "shop", "key": "X", "optional": true}},
	]
	reference_key.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_secret_in_git if {
	patches := [
		{"op": "replace", "path": "/external_secret", "value": {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop", "namespace": "shop"}, "stringData": {"PASS": "x"}}},
	]
	expected := {
		{
			"msg": "shop has no key PASSWORD",
			"application": "shop",
			"object": "Deployment.apps/shop/shop",
			"field": ["spec", "template", "spec", "containers", 0, "env", 1, "valueFrom", "secretKeyRef", "key"],
		},
		{
			"msg": "shop has no key PASSWORD",
			"application": "shop",
			"object": "Deployment.apps/shop/shop",
			"field": ["spec", "template", "spec", "volumes", 1, "secret", "items", 0, "key"],
		},
	}
	reference_key.deny == expected with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_key_of_a_monitor if {
	patches := [
		{"op": "add", "path": "/monitor/spec/endpoints/0/authorization", "value": {"credentials": {"name": "shop", "key": "TOKEN"}}},
	]
	expected := {{
		"msg": "shop has no key TOKEN",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "authorization", "credentials", "key"],
	}}
	reference_key.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
