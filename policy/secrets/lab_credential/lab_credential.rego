# METADATA
# title: The lab's passwords stay in the lab
# description: >-
#   No value of staging or production contains a password of the lab, which everybody
#   can read.
# custom:
#   id: secrets.lab_credential
#   severity: error
#   solution: >-
#     Take the value from the store.
package secrets.lab_credential

import data.lib.kube

deny contains kube.finding(entry, path, msg) if {
	kube.outside_lab
	some entry in input.objects[_][_]
	walk(entry.object, [path, value])
	is_string(value)
	some credential in data.parameters.secrets.lab
	contains(value, credential)
	msg := sprintf("contains the lab's password %s", [credential])
}
