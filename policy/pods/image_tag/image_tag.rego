# METADATA
# title: Images say their version
# description: >-
#   Each image has a tag other than latest, or a digest.
# custom:
#   id: pods.image_tag
#   severity: error
#   solution: >-
#     State a version as the image's tag.
package pods.image_tag

import data.lib.image
import data.lib.kube

deny contains kube.finding(found.entry, found.field, msg) if {
	some found in image.images
	not image.digest(found.image)
	tag := image.tag(found.image)
	tag in {"", "latest"}
	msg := sprintf("%s says no version", [found.image])
}
