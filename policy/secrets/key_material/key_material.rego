# METADATA
# title: No key is where everybody reads
# description: >-
#   ConfigMaps, arguments and variables contain no private key, no token of a known
#   format, and nothing that is as random as a key.
# custom:
#   id: secrets.key_material
#   severity: error
#   solution: >-
#     Move the value to a Secret, and replace the key: it has been published.
package secrets.key_material

import data.lib.kube

# readable are the texts that anybody reads who may list objects.
readable contains {"entry": entry, "field": ["data", key], "text": text} if {
	some entry in input.objects.ConfigMap[_]
	some key, text in entry.object.data
}

readable contains {"entry": found.entry, "field": array.concat(found.field, [list, i]), "text": text} if {
	some found in kube.containers[_]
	some list in ["args", "command"]
	some i, text in found.container[list]
}

readable contains {"entry": found.entry, "field": array.concat(found.field, ["env", i, "value"]), "text": variable.value} if {
	some found in kube.containers[_]
	some i, variable in found.container.env
	variable.value
}

# formats are patterns, each with a word that all that matches holds: few texts have to be
# held against the pattern, which takes long.
formats := {
	"a private key": {"word": "PRIVATE KEY", "pattern": `-----BEGIN ([A-Z]+ )*PRIVATE KEY-----`},
	"a token of GitHub": {"word": "gh", "pattern": `\bgh[pousr]_[A-Za-z0-9]{36}`},
	"an access key of AWS": {"word": "AKIA", "pattern": `\bAKIA[0-9A-Z]{16}\b`},
	"a token of Slack": {"word": "xox", "pattern": `\bxox[abprs]-[A-Za-z0-9-]{10,}`},
	"a JSON web token": {"word": ".eyJ", "pattern": `\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.`},
	"a password in an address": {"word": "://", "pattern": `[a-z]+://[^/\s:@$]+:[^/\s:@$]{3,}@`},
}

deny contains kube.finding(found.entry, found.field, msg) if {
	some found in readable
	some name, format in formats
	contains(found.text, format.word)
	regex.match(format.pattern, found.text)
	msg := sprintf("contains what looks like %s", [name])
}

deny contains kube.finding(found.entry, found.field, msg) if {
	some found in readable
	some word in regex.find_n(`[A-Za-z0-9+/_-]{32,}={0,2}`, found.text, 64)
	random(word)
	msg := sprintf("contains %s…, which is as random as a key", [substring(word, 0, 6)])
}

# random says whether a word has letters of both cases and digits, and few repetitions:
# a path, a name or a number in hexadecimal does not.
random(word) if {
	regex.match(`[a-z]`, word)
	regex.match(`[A-Z]`, word)
	regex.match(`[0-9].*[0-9].*[0-9]`, word)
	not contains(word, "/")
	letters := {letter | some letter in split(word, "")}
	count(letters) >= 18
}
