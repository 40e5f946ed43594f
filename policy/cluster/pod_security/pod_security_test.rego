package cluster.pod_security_test

import data.cluster.pod_security
import data.lib.fixture

test_passes if {
	pod_security.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_label if {
	patches := [
		{"op": "remove", "path": "/namespace_shop/metadata/labels/pod-security.kubernetes.io~1warn"},
	]
	expected := {{
		"msg": "says nothing of Pod Security: warn is missing",
		"application": "shop",
		"object": "Namespace/shop",
		"field": ["metadata", "labels", "pod-security.kubernetes.io/warn"],
	}}
	pod_security.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_wider_level if {
	patches := [
		{"op": "replace", "path": "/namespace_shop/metadata/labels/pod-security.kubernetes.io~1enforce", "value": "baseline"},
	]
	expected := {{
		"msg": "enforces baseline only",
		"application": "shop",
		"object": "Namespace/shop",
		"field": ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
	}}
	pod_security.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_listed_level if {
	patches := [
		{"op": "replace", "path": "/namespace_shop/metadata/labels/pod-security.kubernetes.io~1enforce", "value": "baseline"},
	]
	parameters := object.union(fixture.parameters, {"cluster": {"pod_security": {"shop": {"why": "It must.", "levels": ["baseline"]}}}})
	pod_security.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
