# METADATA
# description: The Applications of a cluster and their projects.
package lib.argo

import data.lib.kube

applications := [entry | some entry in input.objects["Application.argoproj.io"][_]]

# sources of an Application, each with its field.
sources(application) := [{"field": ["spec", "source"], "source": application.object.spec.source}] if application.object.spec.source

sources(application) := [found |
	some i, source in application.object.spec.sources
	found := {"field": ["spec", "sources", i], "source": source}
] if {
	not application.object.spec.source
}

# project is the AppProject that an Application names.
project(application) := entry if {
	some entry in input.objects["AppProject.argoproj.io"][_]
	kube.name(entry) == application.object.spec.project
}

wave_annotation := "argocd.argoproj.io/sync-wave"

# wave is when an Application is synchronised among the others.
wave(application) := to_number(object.get(application.object.metadata, ["annotations", wave_annotation], "0"))

# named are the Applications by their names.
named := {kube.name(entry): entry | some entry in applications}
