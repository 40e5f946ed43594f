# METADATA
# title: Only what talks to the API server has a token
# description: >-
#   A pod whose ServiceAccount no binding names says automountServiceAccountToken:
#   false, and no pod runs as the namespace's default account with a token.
# custom:
#   id: pods.service_account_token
#   severity: error
#   solution: >-
#     Set automountServiceAccountToken: false in the pod's spec.
package pods.service_account_token

import data.lib.kube

# bound are the accounts that a binding gives rights to.
bound contains [subject.namespace, subject.name] if {
	some kind in ["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"]
	some binding in input.objects[kind][_]
	some subject in binding.object.subjects
	subject.kind == "ServiceAccount"
}

deny contains kube.finding(pod.entry, array.concat(pod.path, ["automountServiceAccountToken"]), msg) if {
	some namespace in kube.namespaces
	some pod in kube.pods[namespace]
	account := object.get(pod.spec, "serviceAccountName", "default")
	object.get(pod.spec, "automountServiceAccountToken", true) != false
	not [namespace, account] in bound
	msg := sprintf("mounts a token of the account %s, which has no rights", [account])
}
