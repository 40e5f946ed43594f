package wiring.policy_peer_test

import data.lib.fixture
import data.wiring.policy_peer

test_passes if {
	policy_peer.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_namespace_of_nothing if {
	patches := [
		{"op": "replace", "path": "/policy_shop/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name", "value": "egress"},
	]
	expected := {{
		"msg": "no pod of the cluster has these labels",
		"application": "shop",
		"object": "NetworkPolicy.networking.k8s.io/shop/shop",
		"field": ["spec", "ingress", 0, "from", 0],
	}}
	policy_peer.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_pods_of_nothing if {
	patches := [
		{"op": "replace", "path": "/policy_ingress/spec/egress/0/to/0/podSelector/matchLabels/app", "value": "stop"},
	]
	expected := {{
		"msg": "no pod of the cluster has these labels",
		"application": "shop",
		"object": "NetworkPolicy.networking.k8s.io/ingress/controller",
		"field": ["spec", "egress", 0, "to", 0],
	}}
	policy_peer.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
