# METADATA
# title: A Secret is written as text
# description: >-
#   Secrets in Git use stringData: what is in data is encoded, looks secret to a
#   reader, and is not.
# custom:
#   id: secrets.string_data
#   severity: error
#   solution: >-
#     Write the value in stringData.
package secrets.string_data

import data.lib.kube

deny contains kube.finding(secret, ["data", key], "is encoded: write it in stringData") if {
	some secret in input.objects.Secret[_]
	some key, _ in secret.object.data
}
