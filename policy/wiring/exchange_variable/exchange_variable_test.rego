package wiring.exchange_variable_test

import data.lib.fixture
import data.wiring.exchange_variable

test_passes if {
	exchange_variable.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_missing_variable if {
	patches := [
		{"op": "remove", "path": "/config/data/DATABASE_HOST"},
	]
	expected := {{
		"msg": "the variable DATABASE_HOST of `exchange serve` is not given",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "env"],
	}}
	exchange_variable.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_unknown_variable if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/env/-", "value": {"name": "DATABASE_HOTS", "value": "db"}},
	]
	expected := {{
		"msg": "the exchange knows no variable DATABASE_HOTS",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "env", 3, "name"],
	}}
	exchange_variable.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_unknown_key if {
	patches := [
		{"op": "add", "path": "/config/data/GREETNG", "value": "hello"},
	]
	expected := {{
		"msg": "the exchange knows no variable GREETNG",
		"application": "shop",
		"object": "ConfigMap/shop/shop",
		"field": ["data", "GREETNG"],
	}}
	exchange_variable.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_prefix if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/envFrom/0/prefix", "value": "SEE"},
		{"op": "replace", "path": "/config/data", "value": {"D": "x"}},
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/env/-", "value": {"name": "DATABASE_HOST", "value": "db"}},
	]
	exchange_variable.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
