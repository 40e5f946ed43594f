# METADATA
# title: Applications come in waves, kinds before their objects
# description: >-
#   Every Application of a cluster states a wave, and one with objects of a custom
#   kind is not in an earlier wave than the Application that defines the kind. One that
#   makes itself is in the last: a wave after it would wait for its health, and its
#   health for that wave.
# custom:
#   id: argo.wave
#   severity: error
#   solution: >-
#     Set the annotation argocd.argoproj.io/sync-wave.
package argo.wave

import data.argo.sync_option
import data.lib.argo
import data.lib.kube

annotation := argo.wave_annotation

deny contains kube.finding(application, ["metadata", "annotations", annotation], "states no wave") if {
	some application in argo.applications
	not application.object.metadata.annotations[annotation]
}

deny contains kube.finding(application, ["metadata", "annotations", annotation], msg) if {
	some application in argo.applications
	application.application == kube.name(application)
	last := max({argo.wave(other) | some other in argo.applications; other.application == application.application})
	argo.wave(application) < last
	msg := sprintf("makes itself, and wave %v comes after it", [last])
}

deny contains kube.finding(application, ["metadata", "annotations", annotation], msg) if {
	some name, kinds in sync_option.uses
	some kind in kinds
	definer := argo.named[sync_option.brings[kind]]
	application := argo.named[name]
	argo.wave(application) < argo.wave(definer)
	msg := sprintf("comes before %s, which defines the kind %s", [kube.name(definer), kind])
}
