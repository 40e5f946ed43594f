package argo.sync_option_test

import data.argo.sync_option
import data.lib.fixture

test_passes if {
	sync_option.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_server_side_apply if {
	patches := [
		{"op": "remove", "path": "/app_shop/spec/syncPolicy/syncOptions/0"},
	]
	expected := {{
		"msg": "ServerSideApply=true is missing",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "syncPolicy", "syncOptions"],
	}}
	sync_option.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_custom_resources_of_the_same_wave if {
	patches := [
		{"op": "replace", "path": "/app_kinds/metadata/annotations/argocd.argoproj.io~1sync-wave", "value": "20"},
	]
	expected := {{
		"msg": "SkipDryRunOnMissingResource=true is missing, and it has a ServiceMonitor.monitoring.coreos.com",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "syncPolicy", "syncOptions"],
	}}
	sync_option.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_one_that_skips_the_dry_run if {
	patches := [
		{"op": "replace", "path": "/app_kinds/metadata/annotations/argocd.argoproj.io~1sync-wave", "value": "20"},
		{"op": "add", "path": "/app_shop/spec/syncPolicy/syncOptions/-", "value": "SkipDryRunOnMissingResource=true"},
	]
	sync_option.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_differences if {
	patches := [
		{"op": "add", "path": "/app_shop/spec/ignoreDifferences", "value": [{"kind": "Deployment"}]},
	]
	expected := {{
		"msg": "RespectIgnoreDifferences=true is missing, and it ignores differences",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "syncPolicy", "syncOptions"],
	}}
	sync_option.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
