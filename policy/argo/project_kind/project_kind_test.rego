package argo.project_kind_test

import data.argo.project_kind
import data.lib.fixture

test_passes if {
	project_kind.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_kind if {
	patches := [
		{"op": "remove", "path": "/project_apps/spec/namespaceResourceWhitelist/4"},
	]
	expected := {{
		"msg": "the AppProject apps does not allow HorizontalPodAutoscaler.autoscaling",
		"application": "shop",
		"object": "HorizontalPodAutoscaler.autoscaling/shop/shop",
		"field": ["kind"],
	}}
	project_kind.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_kind_in_no_namespace if {
	patches := [
		{"op": "remove", "path": "/project_apps/spec/clusterResourceWhitelist/0"},
	]
	expected := {
		{
			"msg": "the AppProject apps does not allow Namespace",
			"application": "shop",
			"object": "Namespace/ingress",
			"field": ["kind"],
		},
		{
			"msg": "the AppProject apps does not allow Namespace",
			"application": "shop",
			"object": "Namespace/shop",
			"field": ["kind"],
		},
		{
			"msg": "the AppProject apps does not allow Namespace",
			"application": "shop",
			"object": "Namespace/watch",
			"field": ["kind"],
		},
	}
	project_kind.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
