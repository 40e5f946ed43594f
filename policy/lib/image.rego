# METADATA
# description: The images of containers, also of those that operators make.
package lib.image

import data.lib.kube

images contains {"entry": found.entry, "field": array.concat(found.field, ["image"]), "image": found.container.image} if {
	some found in kube.containers[_]
}

images contains {"entry": entry, "field": ["spec", "image"], "image": entry.object.spec.image} if {
	some kind, _ in kube.operators
	some entry in input.objects[kind][_]
}

digest(image) if contains(image, "@sha256:")

# tag is what follows the last colon of the last part, "" if nothing does.
tag(image) := concat(":", array.slice(words, 1, count(words))) if {
	parts := split(split(image, "@")[0], "/")
	words := split(parts[count(parts) - 1], ":")
}
