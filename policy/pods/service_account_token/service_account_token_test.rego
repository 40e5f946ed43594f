package pods.service_account_token_test

import data.lib.fixture
import data.pods.service_account_token

test_passes if {
	service_account_token.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_rights if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/automountServiceAccountToken"},
	]
	expected := {{
		"msg": "mounts a token of the account default, which has no rights",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "automountServiceAccountToken"],
	}}
	service_account_token.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_binding if {
	patches := [
		{"op": "remove", "path": "/role_binding"},
		{"op": "remove", "path": "/cluster_binding"},
	]
	expected := {{
		"msg": "mounts a token of the account controller, which has no rights",
		"application": "shop",
		"object": "Deployment.apps/ingress/controller",
		"field": ["spec", "template", "spec", "automountServiceAccountToken"],
	}}
	service_account_token.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
