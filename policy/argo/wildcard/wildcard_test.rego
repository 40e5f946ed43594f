package argo.wildcard_test

import data.argo.wildcard
import data.lib.fixture

test_passes if {
	wildcard.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_source if {
	patches := [
		{"op": "replace", "path": "/project_apps/spec/sourceRepos/0", "value": "*"},
	]
	expected := {{
		"msg": "allows by a wildcard",
		"application": "root",
		"object": "AppProject.argoproj.io/argocd/apps",
		"field": ["spec", "sourceRepos", 0],
	}}
	wildcard.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_kinds_and_destinations if {
	patches := [
		{"op": "replace", "path": "/project_apps/spec/destinations/0/namespace", "value": "*"},
		{"op": "replace", "path": "/project_apps/spec/clusterResourceWhitelist/0", "value": {"group": "*", "kind": "*"}},
	]
	expected := {
		{
			"msg": "allows by a wildcard",
			"application": "root",
			"object": "AppProject.argoproj.io/argocd/apps",
			"field": ["spec", "clusterResourceWhitelist", 0, "group"],
		},
		{
			"msg": "allows by a wildcard",
			"application": "root",
			"object": "AppProject.argoproj.io/argocd/apps",
			"field": ["spec", "clusterResourceWhitelist", 0, "kind"],
		},
		{
			"msg": "allows by a wildcard",
			"application": "root",
			"object": "AppProject.argoproj.io/argocd/apps",
			"field": ["spec", "destinations", 0, "namespace"],
		},
	}
	wildcard.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
