package argo.sync_policy_test

import data.argo.sync_policy
import data.lib.fixture

test_passes if {
	sync_policy.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_prune if {
	patches := [
		{"op": "remove", "path": "/app_shop/spec/syncPolicy/automated/prune"},
	]
	expected := {{
		"msg": "prune is not on",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "syncPolicy", "automated", "prune"],
	}}
	sync_policy.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_automation if {
	patches := [
		{"op": "remove", "path": "/app_shop/spec/syncPolicy/automated"},
	]
	expected := {
		{
			"msg": "prune is not on",
			"application": "root",
			"object": "Application.argoproj.io/argocd/shop",
			"field": ["spec", "syncPolicy", "automated", "prune"],
		},
		{
			"msg": "selfHeal is not on",
			"application": "root",
			"object": "Application.argoproj.io/argocd/shop",
			"field": ["spec", "syncPolicy", "automated", "selfHeal"],
		},
	}
	sync_policy.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
