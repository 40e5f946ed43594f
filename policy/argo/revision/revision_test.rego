package argo.revision_test

import data.argo.revision
import data.lib.fixture

test_passes if {
	revision.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_another_branch if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/sources/0/targetRevision", "value": "next"},
	]
	expected := {{
		"msg": "follows next, but the root follows main",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "sources", 0, "targetRevision"],
	}}
	revision.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_another_repository if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/sources/0/repoURL", "value": "https://git.example/other.git"},
	]
	expected := {{
		"msg": "main is no commit and no version",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "sources", 0, "targetRevision"],
	}}
	revision.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_version if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/sources/0", "value": {"repoURL": "https://git.example/other.git", "targetRevision": "v1.2.3"}},
	]
	revision.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
