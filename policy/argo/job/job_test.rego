package argo.job_test

import data.argo.job
import data.lib.fixture

test_passes if {
	job.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_hook if {
	patches := [
		{"op": "add", "path": "/job", "value": {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": "shop", "annotations": {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}}, "spec": {"ttlSecondsAfterFinished": 600, "template": {"spec": {"containers": []}}}}},
	]
	job.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_job_that_is_no_hook if {
	patches := [
		{"op": "add", "path": "/job", "value": {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": "shop", "annotations": {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}}, "spec": {"ttlSecondsAfterFinished": 600, "template": {"spec": {"containers": []}}}}},
		{"op": "remove", "path": "/job/metadata/annotations"},
	]
	expected := {
		{
			"msg": "is not made anew at each sync",
			"application": "shop",
			"object": "Job.batch/shop/once",
			"field": ["metadata", "annotations", "argocd.argoproj.io/hook"],
		},
		{
			"msg": "is not made anew at each sync",
			"application": "shop",
			"object": "Job.batch/shop/once",
			"field": ["metadata", "annotations", "argocd.argoproj.io/hook-delete-policy"],
		},
	}
	job.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_one_that_is_gone_at_once if {
	patches := [
		{"op": "add", "path": "/job", "value": {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": "shop", "annotations": {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}}, "spec": {"ttlSecondsAfterFinished": 600, "template": {"spec": {"containers": []}}}}},
		{"op": "replace", "path": "/job/spec/ttlSecondsAfterFinished", "value": 0},
	]
	expected := {{
		"msg": "is gone 0 s after it ended: Argo CD may not have seen it",
		"application": "shop",
		"object": "Job.batch/shop/once",
		"field": ["spec", "ttlSecondsAfterFinished"],
	}}
	job.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
