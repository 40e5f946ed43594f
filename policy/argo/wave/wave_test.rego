package argo.wave_test

import data.argo.wave
import data.lib.fixture

test_passes if {
	wave.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_wave if {
	patches := [
		{"op": "remove", "path": "/app_shop/metadata/annotations"},
	]
	expected := {
		{
			"msg": "comes before kinds, which defines the kind ServiceMonitor.monitoring.coreos.com",
			"application": "root",
			"object": "Application.argoproj.io/argocd/shop",
			"field": ["metadata", "annotations", "argocd.argoproj.io/sync-wave"],
		},
		{
			"msg": "states no wave",
			"application": "root",
			"object": "Application.argoproj.io/argocd/shop",
			"field": ["metadata", "annotations", "argocd.argoproj.io/sync-wave"],
		},
	}
	wave.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_before_the_kind if {
	patches := [
		{"op": "replace", "path": "/app_kinds/metadata/annotations/argocd.argoproj.io~1sync-wave", "value": "30"},
	]
	expected := {{
		"msg": "comes before kinds, which defines the kind ServiceMonitor.monitoring.coreos.com",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["metadata", "annotations", "argocd.argoproj.io/sync-wave"],
	}}
	wave.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_application_that_makes_itself_and_is_not_the_last if {
	patches := [
		{"op": "replace", "path": "/root/metadata/annotations/argocd.argoproj.io~1sync-wave", "value": "10"},
	]
	expected := {{
		"msg": "makes itself, and wave 20 comes after it",
		"application": "root",
		"object": "Application.argoproj.io/argocd/root",
		"field": ["metadata", "annotations", "argocd.argoproj.io/sync-wave"],
	}}
	wave.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
