# METADATA
# title: A webhook leads to a port of its Service
# description: >-
#   The port that a webhook configuration or an APIService names is one that its
#   Service has.
# custom:
#   id: wiring.webhook_port
#   severity: error
#   solution: >-
#     Name a port of the Service.
package wiring.webhook_port

import data.lib.kube

# clients are the references of API servers to Services.
clients contains {"entry": entry, "field": ["webhooks", i, "clientConfig", "service", "port"], "service": webhook.clientConfig.service} if {
	some kind in ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"]
	some entry in input.objects[sprintf("%s.admissionregistration.k8s.io", [kind])][""]
	some i, webhook in entry.object.webhooks
	webhook.clientConfig.service
}

clients contains {"entry": entry, "field": ["spec", "service", "port"], "service": entry.object.spec.service} if {
	some entry in input.objects["APIService.apiregistration.k8s.io"][""]
	entry.object.spec.service
}

deny contains kube.finding(client.entry, client.field, msg) if {
	some client in clients
	some service in input.objects.Service[client.service.namespace]
	kube.name(service) == client.service.name
	wanted := object.get(client.service, "port", 443)
	count([port | some port in service.object.spec.ports; port.port == wanted]) == 0
	msg := sprintf("the Service %s has no port %d", [client.service.name, wanted])
}
