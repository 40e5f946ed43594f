package secrets.key_material_test

import data.lib.fixture
import data.secrets.key_material

test_passes if {
	key_material.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_key_in_a_config_map if {
	patches := [
		{"op": "add", "path": "/config/data/KEY", "value": "-----BEGIN EC PRIVATE KEY-----\n"},
	]
	expected := {{
		"msg": "contains what looks like a private key",
		"application": "shop",
		"object": "ConfigMap/shop/shop",
		"field": ["data", "KEY"],
	}}
	key_material.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_address_with_a_password if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/args/-", "value": "postgres://shop:hunter2@db/shop"},
	]
	expected := {{
		"msg": "contains what looks like a password in an address",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "args", 1],
	}}
	key_material.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

# tokens are in two parts, so that nobody takes this file for one that holds tokens.
tokens := {
	"a token of GitHub": ["ghp_", "0123456789abcdefghijklmnopqrstuvwxyz"],
	"an access key of AWS": ["AKIA", "0123456789ABCDEF"],
	"a token of Slack": ["xoxb-", "0123456789"],
	"a JSON web token": ["eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.c2ln"],
}

test_fails_for_tokens if {
	every name, parts in tokens {
		patches := [{"op": "add", "path": "/config/data/TOKEN", "value": concat("", parts)}]
		found := key_material.deny with input as fixture.cluster("live", patches)
			with data.parameters as fixture.parameters
			with data.facts as fixture.facts
		sprintf("contains what looks like %s", [name]) in {finding.msg | some finding in found}
	}
}

test_fails_for_what_is_random if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/env/-", "value": {"name": "GREETING", "value": "c2VjcmV0LWtleS0xMjM0NTY3ODkwQUJDREVGR0g"}},
	]
	expected := {{
		"msg": "contains c2Vjcm\u2026, which is as random as a key",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "env", 3, "value"],
	}}
	key_material.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_paths_and_hashes if {
	patches := [
		{"op": "add", "path": "/config/data/TEXT", "value": "/usr/local/share/ca-certificates/Extra1/2/3 0123456789abcdef0123456789abcdef01234567"},
	]
	key_material.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
