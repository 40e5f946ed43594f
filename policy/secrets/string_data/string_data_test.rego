package secrets.string_data_test

import data.lib.fixture
import data.secrets.string_data

test_passes if {
	string_data.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_data if {
	patches := [
		{"op": "add", "path": "/secret", "value": {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "extra", "namespace": "shop"}, "data": {"PASSWORD": "aGVsbG8="}}},
	]
	expected := {{
		"msg": "is encoded: write it in stringData",
		"application": "shop",
		"object": "Secret/shop/extra",
		"field": ["data", "PASSWORD"],
	}}
	string_data.deny == expected with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
