package secrets.value_in_git_test

import data.lib.fixture
import data.secrets.value_in_git

test_passes if {
	value_in_git.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_outside_the_lab if {
	patches := [
		{"op": "add", "path": "/secret", "value": {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "extra", "namespace": "shop"}, "stringData": {"PASSWORD": "hello"}}},
	]
	expected := {{
		"msg": "is a secret value in Git",
		"application": "shop",
		"object": "Secret/shop/extra",
		"field": ["stringData", "PASSWORD"],
	}}
	value_in_git.deny == expected with input as fixture.cluster("test", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_in_the_lab if {
	patches := [
		{"op": "add", "path": "/secret", "value": {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "extra", "namespace": "shop"}, "stringData": {"PASSWORD": "hello"}}},
	]
	value_in_git.deny == set() with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
