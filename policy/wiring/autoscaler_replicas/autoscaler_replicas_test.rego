package wiring.autoscaler_replicas_test

import data.lib.fixture
import data.wiring.autoscaler_replicas

test_passes if {
	autoscaler_replicas.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_replicas if {
	patches := [
		{"op": "add", "path": "/deployment/spec/replicas", "value": 3},
	]
	expected := {{
		"msg": "the HorizontalPodAutoscaler shop sets the replicas, too",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "replicas"],
	}}
	autoscaler_replicas.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
