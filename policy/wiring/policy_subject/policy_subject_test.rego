package wiring.policy_subject_test

import data.lib.fixture
import data.wiring.policy_subject

test_passes if {
	policy_subject.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_labels_of_nothing if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/podSelector/matchLabels/app", "value": "stop"},
	]
	expected := {{
		"msg": "selects no pod of namespace shop",
		"application": "shop",
		"object": "NetworkPolicy.networking.k8s.io/shop/shop",
		"field": ["spec", "podSelector"],
	}}
	policy_subject.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_expressions if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/podSelector", "value": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["stop"]}, {"key": "old", "operator": "DoesNotExist"}, {"key": "app", "operator": "Exists"}]}},
	]
	policy_subject.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_reads_expressions if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/podSelector", "value": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["shop"]}]}},
		{"op": "replace", "path": "/policy_ingress/spec/podSelector", "value": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}},
	]
	expected := {
		{
			"msg": "selects no pod of namespace ingress",
			"application": "shop",
			"object": "NetworkPolicy.networking.k8s.io/ingress/controller",
			"field": ["spec", "podSelector"],
		},
		{
			"msg": "selects no pod of namespace shop",
			"application": "shop",
			"object": "NetworkPolicy.networking.k8s.io/shop/shop",
			"field": ["spec", "podSelector"],
		},
	}
	policy_subject.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
