package wiring.scrape_allowed_test

import data.lib.fixture
import data.wiring.scrape_allowed

test_passes if {
	scrape_allowed.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_where_nothing_lets_in if {
	patches := [
		{"op": "remove", "path": "/policy_shop/spec/ingress/1"},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace shop lets Prometheus in to port 8001",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "port"],
	}}
	scrape_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_where_nothing_lets_out if {
	patches := [
		{"op": "remove", "path": "/policy_watch/spec/egress/0"},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace watch lets Prometheus out to port 8001 of namespace shop",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "port"],
	}}
	scrape_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_address if {
	patches := [
		{"op": "replace", "path": "/slice_exporter/endpoints/0/addresses/0", "value": "10.0.0.6"},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace watch lets Prometheus out to 10.0.0.6 port 9187",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/watch/exporter",
		"field": ["spec", "endpoints", 0, "port"],
	}}
	scrape_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_the_network_of_the_node if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/hostNetwork", "value": true},
		{"op": "remove", "path": "/policy_watch/spec/egress/0/to"},
	]
	scrape_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_peers_that_are_pods_of_the_node if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/hostNetwork", "value": true},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace watch lets Prometheus out to port 8001 of namespace shop",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "port"],
	}}
	scrape_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_from_the_network_of_the_node if {
	patches := [
		{"op": "add", "path": "/prometheus/spec/hostNetwork", "value": true},
		{"op": "remove", "path": "/policy_shop/spec/ingress/1/from"},
	]
	scrape_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_without_policies if {
	patches := [
		{"op": "remove", "path": "/deny_watch"},
		{"op": "remove", "path": "/policy_watch"},
		{"op": "remove", "path": "/deny_shop"},
		{"op": "remove", "path": "/policy_shop"},
	]
	scrape_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_peers_of_the_same_namespace if {
	patches := [
		{"op": "replace", "path": "/prometheus/metadata/namespace", "value": "shop"},
		{"op": "replace", "path": "/policy_shop/spec/ingress/1/from", "value": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}}]},
		{"op": "add", "path": "/policy_shop/spec/podSelector", "value": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}},
		{"op": "remove", "path": "/deny_shop/spec/policyTypes/1"},
		{"op": "replace", "path": "/monitor_exporter/metadata/namespace", "value": "shop"},
	]
	scrape_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_reads_the_directions_of_a_policy_without_types if {
	patches := [
		{"op": "remove", "path": "/policy_watch/spec/policyTypes"},
		{"op": "remove", "path": "/policy_shop/spec/policyTypes"},
		{"op": "add", "path": "/policy_shop/spec/ingress/1/ports/0/port", "value": 8002},
	]
	expected := {{
		"msg": "no NetworkPolicy of namespace shop lets Prometheus in to port 8001",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "port"],
	}}
	scrape_allowed.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_all_ports if {
	patches := [
		{"op": "remove", "path": "/policy_shop/spec/ingress/1/ports"},
		{"op": "replace", "path": "/policy_watch/spec/egress/0/ports", "value": [{"protocol": "TCP"}]},
	]
	scrape_allowed.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
