# METADATA
# title: A key that is named exists
# description: >-
#   Where a container, a volume or an object of the Prometheus operator takes one key
#   of a ConfigMap or of a Secret, the object has it; of a Secret that is fetched from
#   elsewhere, its ExternalSecret does.
# custom:
#   id: wiring.reference_key
#   severity: error
#   solution: >-
#     Add the key, or correct its name.
package wiring.reference_key

import data.lib.kube

# keys are those of the ConfigMaps and Secrets of a namespace that the tree knows.
keys.configMap[namespace][kube.name(entry)] := object.keys(object.get(entry.object, "data", {})) | object.keys(object.get(entry.object, "binaryData", {})) if {
	some namespace
	some entry in input.objects.ConfigMap[namespace]
}

keys.secret[namespace][kube.name(entry)] := object.keys(object.get(entry.object, "data", {})) | object.keys(object.get(entry.object, "stringData", {})) if {
	some namespace
	some entry in input.objects.Secret[namespace]
}

keys.secret[namespace][object.get(entry.object.spec.target, "name", kube.name(entry))] := {item.secretKey | some item in entry.object.spec.data} | object.keys(object.get(entry.object.spec, ["target", "template", "data"], {})) if {
	some namespace
	some entry in input.objects["ExternalSecret.external-secrets.io"][namespace]
	not entry.object.spec.dataFrom
}

sources := {"configMapKeyRef": "configMap", "secretKeyRef": "secret"}

deny contains kube.finding(found.entry, array.concat(found.field, ["env", i, "valueFrom", source, "key"]), msg) if {
	some namespace in kube.namespaces
	some found in kube.containers[namespace]
	some i, variable in found.container.env
	some source, kind in sources
	reference := variable.valueFrom[source]
	not object.get(reference, "optional", false)
	not reference.key in keys[kind][namespace][reference.name]
	keys[kind][namespace][reference.name]
	msg := sprintf("%s has no key %s", [reference.name, reference.key])
}

# selectors are the keys of Secrets that objects of the Prometheus operator name, wherever
# they do.
deny contains kube.finding(entry, array.concat(path, ["key"]), msg) if {
	some kind in ["Alertmanager", "AlertmanagerConfig", "Prometheus", "ServiceMonitor"]
	some namespace
	some entry in input.objects[sprintf("%s.monitoring.coreos.com", [kind])][namespace]
	walk(entry.object, [path, value])
	is_object(value)
	object.keys(value) == {"name", "key"}
	not value.key in keys.secret[namespace][value.name]
	keys.secret[namespace][value.name]
	msg := sprintf("%s has no key %s", [value.name, value.key])
}

names := {"configMap": "name", "secret": "secretName"}

deny contains kube.finding(pod.entry, array.concat(pod.path, ["volumes", i, kind, "items", j, "key"]), msg) if {
	some namespace in kube.namespaces
	some pod in kube.pods[namespace]
	some i, volume in pod.spec.volumes
	some kind, name in names
	source := volume[kind]
	not object.get(source, "optional", false)
	some j, item in source.items
	not item.key in keys[kind][namespace][source[name]]
	keys[kind][namespace][source[name]]
	msg := sprintf("%s has no key %s", [source[name], item.key])
}
