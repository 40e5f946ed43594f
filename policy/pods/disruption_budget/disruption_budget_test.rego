package pods.disruption_budget_test

import data.lib.fixture
import data.pods.disruption_budget

test_passes if {
	disruption_budget.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_budget if {
	patches := [
		{"op": "remove", "path": "/budget_controller"},
	]
	expected := {{
		"msg": "has no PodDisruptionBudget",
		"application": "shop",
		"object": "Deployment.apps/ingress/controller",
		"field": ["metadata", "name"],
	}}
	disruption_budget.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_budget_of_what_is_scaled if {
	patches := [
		{"op": "remove", "path": "/budget_shop"},
	]
	expected := {{
		"msg": "has no PodDisruptionBudget",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["metadata", "name"],
	}}
	disruption_budget.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_where_no_pod_may_go if {
	patches := [
		{"op": "replace", "path": "/budget_shop/spec/maxUnavailable", "value": 0},
	]
	expected := {{
		"msg": "lets no pod go: nodes cannot be drained",
		"application": "shop",
		"object": "PodDisruptionBudget.policy/shop/shop",
		"field": ["spec"],
	}}
	disruption_budget.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
