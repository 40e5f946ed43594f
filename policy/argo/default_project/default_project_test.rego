package argo.default_project_test

import data.argo.default_project
import data.lib.fixture

test_passes if {
	default_project.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_application if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/project", "value": "default"},
	]
	expected := {{
		"msg": "is in the default project",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "project"],
	}}
	default_project.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_the_project if {
	patches := [
		{"op": "add", "path": "/project_default/spec/sourceRepos/-", "value": "https://git.example/shop.git"},
	]
	expected := {{
		"msg": "the default project allows something",
		"application": "root",
		"object": "AppProject.argoproj.io/argocd/default",
		"field": ["spec", "sourceRepos"],
	}}
	default_project.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
