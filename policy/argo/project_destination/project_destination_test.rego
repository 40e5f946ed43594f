package argo.project_destination_test

import data.argo.project_destination
import data.lib.fixture

test_passes if {
	project_destination.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_destination if {
	patches := [
		{"op": "replace", "path": "/app_shop/spec/destination/namespace", "value": "kube-system"},
	]
	expected := {{
		"msg": "the AppProject apps does not allow namespace kube-system of this cluster",
		"application": "root",
		"object": "Application.argoproj.io/argocd/shop",
		"field": ["spec", "destination"],
	}}
	project_destination.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_object if {
	patches := [
		{"op": "remove", "path": "/project_apps/spec/destinations/1"},
	]
	expected := {
		{
			"msg": "the AppProject apps does not allow namespace data",
			"application": "shop",
			"object": "EndpointSlice.discovery.k8s.io/data/db",
			"field": ["metadata", "namespace"],
		},
		{
			"msg": "the AppProject apps does not allow namespace data",
			"application": "shop",
			"object": "EndpointSlice.discovery.k8s.io/data/exporter",
			"field": ["metadata", "namespace"],
		},
		{
			"msg": "the AppProject apps does not allow namespace data",
			"application": "shop",
			"object": "Service/data/db",
			"field": ["metadata", "namespace"],
		},
		{
			"msg": "the AppProject apps does not allow namespace data",
			"application": "shop",
			"object": "Service/data/exporter",
			"field": ["metadata", "namespace"],
		},
	}
	project_destination.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_cluster_by_name if {
	patches := [
		{"op": "replace", "path": "/project_clusters/spec/destinations/0", "value": {"name": "here", "namespace": "argocd"}},
		{"op": "replace", "path": "/root/spec/destination", "value": {"name": "here", "namespace": "argocd"}},
	]
	project_destination.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
