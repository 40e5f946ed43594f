# METADATA
# title: Images come from listed places
# description: >-
#   The registry and organisation of each image are listed in
#   policy/parameters/pods.yaml.
# custom:
#   id: pods.image_registry
#   severity: error
#   solution: >-
#     Use an image from a listed place, or list the place.
package pods.image_registry

import data.lib.image
import data.lib.kube

deny contains kube.finding(found.entry, found.field, msg) if {
	some found in image.images
	not listed(found.image)
	msg := sprintf("%s is from no place that policy/parameters/pods.yaml lists", [found.image])
}

places := array.concat(data.parameters.pods.registries, object.get(data.parameters.pods.built, input.cluster, []))

# listed says whether an image is from a place: the place, or something below it.
listed(text) if {
	some place in places
	startswith(text, place)
	substring(text, count(place), 1) in {"/", ":", "@"}
}
