# METADATA
# title: No secret of staging or production is in Git
# description: >-
#   Outside the lab a Secret is made by an ExternalSecret, and no Secret with a value
#   is rendered.
# custom:
#   id: secrets.value_in_git
#   severity: error
#   solution: >-
#     Put the value into the store, and write an ExternalSecret.
package secrets.value_in_git

import data.lib.kube

deny contains kube.finding(secret, [list, key], "is a secret value in Git") if {
	kube.outside_lab
	some secret in input.objects.Secret[_]
	some list in ["data", "stringData"]
	some key, value in secret.object[list]
	value != ""
}
