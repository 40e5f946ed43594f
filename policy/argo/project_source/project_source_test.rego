package argo.project_source_test

import data.argo.project_source
import data.lib.fixture

test_passes if {
	project_source.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_repository if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/sources/0/repoURL", "value": "https://git.example/other.git"},
	]
	expected := {{
		"msg": "the AppProject apps does not allow https://git.example/other.git",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "sources", 0, "repoURL"],
	}}
	project_source.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_project if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/project", "value": "shops"},
	]
	expected := {{
		"msg": "there is no AppProject shops",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "project"],
	}}
	project_source.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
