# METADATA
# description: Which connections the NetworkPolicies of a cluster allow.
package lib.network

import data.lib.kube

policies[namespace] := object.get(object.get(input.objects, "NetworkPolicy.networking.k8s.io", {}), namespace, []) if {
	some namespace in kube.namespaces
}

# types are the directions that a policy is about.
types(spec) := {type | some type in spec.policyTypes} if spec.policyTypes

types(spec) := {"Ingress"} | {"Egress" | spec.egress} if not spec.policyTypes

# isolating are the policies of a direction that select pods with some labels.
isolating(namespace, labels, direction) := [entry |
	some entry in policies[namespace]
	direction in types(entry.object.spec)
	kube.matches(object.get(entry.object.spec, "podSelector", {}), labels)
]

# enters says whether a pod may be reached by another at a port. Each is a namespace and
# a target.
enters(_, target, _, _, _) if target.host

enters(namespace, target, _, _, _) if count(isolating(namespace, target.labels, "Ingress")) == 0

enters(namespace, target, from_namespace, from, port) if {
	some entry in isolating(namespace, target.labels, "Ingress")
	some rule in entry.object.spec.ingress
	admits(object.get(rule, "from", []), namespace, from_namespace, from)
	opens(object.get(rule, "ports", []), port)
}

# leaves says whether a pod may reach another at a port.
leaves(_, target, _, _, _) if target.host

leaves(namespace, target, _, _, _) if count(isolating(namespace, target.labels, "Egress")) == 0

leaves(namespace, target, to_namespace, to, port) if {
	some entry in isolating(namespace, target.labels, "Egress")
	some rule in entry.object.spec.egress
	admits(object.get(rule, "to", []), namespace, to_namespace, to)
	opens(object.get(rule, "ports", []), port)
}

# leaves_to says whether a pod may reach an address at a port.
leaves_to(namespace, labels, _, _) if count(isolating(namespace, labels, "Egress")) == 0

leaves_to(namespace, labels, address, port) if {
	some entry in isolating(namespace, labels, "Egress")
	some rule in entry.object.spec.egress
	covers(object.get(rule, "to", []), address)
	opens(object.get(rule, "ports", []), port)
}

# admits says whether the peers of a policy's rule have a pod among them. No peers are all.
admits(peers, _, _, _) if count(peers) == 0

admits(peers, namespace, other_namespace, other) if {
	not other.host
	some peer in peers
	picks(peer, namespace, other_namespace, other)
}

# picks says whether a peer of a policy in a namespace is a pod.
picks(peer, namespace, other_namespace, other) if {
	other_namespace in spread(peer, namespace)
	kube.matches(object.get(peer, "podSelector", {}), other.labels)
}

# spread are the namespaces of which a peer of a policy in a namespace may be.
spread(peer, _) := set() if peer.ipBlock

spread(peer, _) := selected(peer.namespaceSelector)

spread(peer, namespace) := {namespace} if {
	not peer.namespaceSelector
	not peer.ipBlock
}

# selected are the namespaces that a selector selects.
selected(selector) := {namespace |
	some namespace, labels in kube.namespace_labels
	kube.matches(selector, labels)
}

covers(peers, _) if count(peers) == 0

covers(peers, address) if {
	some peer in peers
	net.cidr_contains(peer.ipBlock.cidr, address)
	every exception in object.get(peer.ipBlock, "except", []) {
		not net.cidr_contains(exception, address)
	}
}

# opens says whether the ports of a policy's rule have a port among them. No ports are all.
opens(ports, _) if count(ports) == 0

opens(ports, port) if {
	some open in ports
	object.get(open, "protocol", "TCP") == port.protocol
	reaches(open, port)
}

reaches(open, _) if not open.port

reaches(open, port) if open.port in {port.name, port.number}

reaches(open, port) if {
	open.port <= port.number
	port.number <= open.endPort
}
