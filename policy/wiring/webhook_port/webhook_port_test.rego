package wiring.webhook_port_test

import data.lib.fixture
import data.wiring.webhook_port

test_passes if {
	webhook_port.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_webhook if {
	patches := [
		{"op": "replace", "path": "/webhook/webhooks/0/clientConfig/service/port", "value": 8443},
	]
	expected := {{
		"msg": "the Service controller has no port 8443",
		"application": "shop",
		"object": "ValidatingWebhookConfiguration.admissionregistration.k8s.io/controller",
		"field": ["webhooks", 0, "clientConfig", "service", "port"],
	}}
	webhook_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_api if {
	patches := [
		{"op": "add", "path": "/api/spec/service/port", "value": 8443},
	]
	expected := {{
		"msg": "the Service controller has no port 8443",
		"application": "shop",
		"object": "APIService.apiregistration.k8s.io/v1beta1.metrics.k8s.io",
		"field": ["spec", "service", "port"],
	}}
	webhook_port.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
