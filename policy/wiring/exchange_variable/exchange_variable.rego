# METADATA
# title: The exchange gets its variables, and no others
# description: >-
#   Every variable that a command of the exchange reads, by `exchange config`, is
#   given to its container, and no variable is given that it does not know. What a
#   default would hide is stated.
# custom:
#   id: wiring.exchange_variable
#   severity: error
#   solution: >-
#     Add the variable to exchange.env or to the container, or correct its name.
package wiring.exchange_variable

import data.lib.environment
import data.lib.kube

known := {variable.name | some variable in data.facts.exchange.variables}

# runs are the containers of the exchange with the command that they run.
runs contains {"found": found, "namespace": namespace, "command": command} if {
	some namespace in kube.namespaces
	some found in kube.containers[namespace]
	contains(found.container.image, data.parameters.exchange.image)
	some command in found.container.args
	command in data.facts.exchange.commands
}

# given are the names of a container's variables, also of those from Secrets.
given(found, namespace) := object.keys(environment.from_config(found.container, namespace)) | {variable.name | some variable in found.container.env}

deny contains kube.finding(run.found.entry, array.concat(run.found.field, ["env"]), msg) if {
	some run in runs
	some variable in data.facts.exchange.variables
	run.command in variable.commands
	not variable.name in given(run.found, run.namespace)
	msg := sprintf("the variable %s of `exchange %s` is not given", [variable.name, run.command])
}

deny contains kube.finding(run.found.entry, array.concat(run.found.field, ["env", i, "name"]), msg) if {
	some run in runs
	some i, variable in run.found.container.env
	not variable.name in known
	not variable.name in data.parameters.exchange.helpers
	msg := sprintf("the exchange knows no variable %s", [variable.name])
}

deny contains kube.finding(config, ["data", key], msg) if {
	some run in runs
	some source in run.found.container.envFrom
	some config in input.objects.ConfigMap[run.namespace]
	kube.name(config) == source.configMapRef.name
	some key, _ in config.object.data
	variable := sprintf("%s%s", [object.get(source, "prefix", ""), key])
	not variable in known
	msg := sprintf("the exchange knows no variable %s", [variable])
}
