package network.ingress_snippet_test

import data.lib.fixture
import data.network.ingress_snippet

test_passes if {
	ingress_snippet.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_annotation if {
	patches := [
		{"op": "add", "path": "/ingress/metadata/annotations/nginx.ingress.kubernetes.io~1configuration-snippet", "value": "return 200;"},
	]
	expected := {{
		"msg": "puts text into nginx's configuration",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["metadata", "annotations", "nginx.ingress.kubernetes.io/configuration-snippet"],
	}}
	ingress_snippet.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_controller_that_allows_them if {
	patches := [
		{"op": "add", "path": "/config/data/allow-snippet-annotations", "value": "true"},
	]
	expected := {{
		"msg": "allows snippets",
		"application": "shop",
		"object": "ConfigMap/shop/shop",
		"field": ["data", "allow-snippet-annotations"],
	}}
	ingress_snippet.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
