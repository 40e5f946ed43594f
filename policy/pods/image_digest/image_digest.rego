# METADATA
# title: Images of production are pinned by digest
# description: >-
#   Outside the lab each image has a digest beside its tag: what was tested is what
#   runs, also when somebody moves the tag.
# custom:
#   id: pods.image_digest
#   severity: error
#   solution: >-
#     Add the digest to the image, in the overlay's images.
package pods.image_digest

import data.lib.image
import data.lib.kube

deny contains kube.finding(found.entry, found.field, msg) if {
	kube.production
	some found in image.images
	not image.digest(found.image)
	msg := sprintf("%s has no digest", [found.image])
}
