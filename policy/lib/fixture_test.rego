# METADATA
# description: >-
#   A small cluster in which no rule finds anything, for tests to break: a shop behind an
#   ingress controller, watched by Prometheus, with a database outside the cluster.
package lib.fixture

# cluster is the input for a cluster after JSON patches of its objects, which are called by
# their keys in good.
cluster(name, patches) := {
	"cluster": name,
	"objects": {kind: namespaces |
		some kind in {p.kind | some p in places}
		namespaces := {namespace: entries |
			some namespace in {p.namespace | some p in places; p.kind == kind}
			entries := [p.entry |
				some p in places
				p.kind == kind
				p.namespace == namespace
			]
		}
	},
} if {
	places := [place |
		some o in json.patch(good, patches)
		place := {"kind": kind_of(o), "namespace": namespace_of(o), "entry": entry(o)}
	]
}

kind_of(o) := trim_suffix(sprintf("%s.%s", [o.kind, group(o)]), ".")

group(o) := split(o.apiVersion, "/")[0] if contains(o.apiVersion, "/")

group(o) := "" if not contains(o.apiVersion, "/")

namespace_of(o) := object.get(o.metadata, "namespace", "")

entry(o) := {
	"application": application(o),
	"id": replace(concat("/", [kind_of(o), namespace_of(o), o.metadata.name]), "//", "/"),
	"object": o,
}

application(o) := "root" if o.kind in {"Application", "AppProject"}

application(o) := "kinds" if o.kind == "CustomResourceDefinition"

application(o) := "shop" if not o.kind in {"Application", "AppProject", "CustomResourceDefinition"}

parameters := {
	"clusters": {
		"lab": "lab",
		"test": "staging",
		"live": "production",
	},
	"kubernetes": [
		1,
		35,
	],
	"given": {
		"services": {
			"kube-system": [
				{
					"object": {
						"metadata": {
							"name": "kube-dns",
							"labels": {
								"k8s-app": "kube-dns",
							},
						},
						"spec": {
							"selector": {
								"k8s-app": "kube-dns",
							},
							"ports": [
								{
									"name": "dns",
									"port": 53,
									"protocol": "UDP",
								},
							],
						},
					},
				},
			],
		},
		"pods": {
			"kube-system": [
				{
					"labels": {
						"k8s-app": "kube-dns",
					},
					"ports": [
						{
							"name": "dns",
							"number": 53,
							"protocol": "UDP",
						},
					],
					"host": false,
				},
			],
		},
	},
	"monitoring": {
		"paths": {},
	},
	"exchange": {
		"image": "/shop",
		"helpers": [
			"POD_IP",
		],
	},
	"network": {
		"ingress_controllers": [
			"ingress",
		],
		"open": [],
		"node_ports": {},
		"host_ports": {},
	},
	"pods": {
		"registries": [
			"docker.io/example",
		],
		"built": {
			"lab": [
				"localhost",
			],
		},
		"probed": {},
		"exceptions": {},
	},
	"secrets": {
		"lab": [
			"lab-password",
		],
	},
	"cluster": {
		"roles": [
			"view",
		],
		"pod_security": {},
		"removed": {
			"EndpointSlice.discovery.k8s.io": [
				{
					"version": "discovery.k8s.io/v1beta1",
					"deprecated": [
						1,
						21,
					],
					"use": "discovery.k8s.io/v1",
				},
			],
		},
	},
}

facts := {
	"exchange": {
		"commands": [
			"serve",
		],
		"metrics": [
			"exchange_orders_total",
		],
		"variables": [
			{
				"name": "DATABASE_HOST",
				"commands": [
					"serve",
				],
			},
			{
				"name": "GREETING",
				"commands": [
					"serve",
				],
			},
			{
				"name": "PASSWORD",
				"commands": [
					"serve",
					"migrate",
				],
			},
			{
				"name": "SEED",
				"commands": [
					"seed",
				],
			},
		],
	},
}

good := {
	"root": {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {
			"name": "root",
			"namespace": "argocd",
			"annotations": {"argocd.argoproj.io/sync-wave": "1000"},
		},
		"spec": {
			"project": "clusters",
			"source": {
				"repoURL": "https://git.example/shop.git",
				"targetRevision": "main",
				"path": "clusters/x",
			},
			"destination": {
				"server": "https://kubernetes.default.svc",
				"namespace": "argocd",
			},
			"syncPolicy": {
				"automated": {
					"prune": true,
					"selfHeal": true,
				},
				"syncOptions": [
					"ServerSideApply=true",
					"FailOnSharedResource=true",
				],
			},
		},
	},
	"app_kinds": {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {
			"name": "kinds",
			"namespace": "argocd",
			"annotations": {
				"argocd.argoproj.io/sync-wave": "10",
			},
		},
		"spec": {
			"project": "apps",
			"source": {
				"repoURL": "https://git.example/shop.git",
				"targetRevision": "main",
				"path": "kinds",
			},
			"destination": {
				"server": "https://kubernetes.default.svc",
				"namespace": "shop",
			},
			"syncPolicy": {
				"automated": {
					"prune": true,
					"selfHeal": true,
				},
				"syncOptions": [
					"ServerSideApply=true",
					"FailOnSharedResource=true",
				],
			},
		},
	},
	"app_shop": {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {
			"name": "shop",
			"namespace": "argocd",
			"annotations": {
				"argocd.argoproj.io/sync-wave": "20",
			},
		},
		"spec": {
			"project": "apps",
			"sources": [
				{
					"repoURL": "https://git.example/shop.git",
					"targetRevision": "main",
					"path": "shop",
				},
			],
			"destination": {
				"server": "https://kubernetes.default.svc",
				"namespace": "shop",
			},
			"syncPolicy": {
				"automated": {
					"prune": true,
					"selfHeal": true,
				},
				"syncOptions": [
					"ServerSideApply=true",
					"FailOnSharedResource=true",
				],
			},
		},
	},
	"project_clusters": {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "AppProject",
		"metadata": {
			"name": "clusters",
			"namespace": "argocd",
		},
		"spec": {
			"sourceRepos": [
				"https://git.example/shop.git",
			],
			"destinations": [
				{
					"server": "https://kubernetes.default.svc",
					"namespace": "argocd",
				},
			],
			"clusterResourceWhitelist": [],
			"namespaceResourceWhitelist": [
				{
					"group": "argoproj.io",
					"kind": "Application",
				},
				{
					"group": "argoproj.io",
					"kind": "AppProject",
				},
			],
		},
	},
	"project_apps": {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "AppProject",
		"metadata": {
			"name": "apps",
			"namespace": "argocd",
		},
		"spec": {
			"sourceRepos": [
				"https://git.example/shop.git",
			],
			"destinations": [
				{
					"server": "https://kubernetes.default.svc",
					"namespace": "shop",
				},
				{
					"server": "https://kubernetes.default.svc",
					"namespace": "data",
				},
				{
					"server": "https://kubernetes.default.svc",
					"namespace": "ingress",
				},
				{
					"server": "https://kubernetes.default.svc",
					"namespace": "watch",
				},
			],
			"clusterResourceWhitelist": [
				{
					"group": "",
					"kind": "Namespace",
				},
				{
					"group": "apiextensions.k8s.io",
					"kind": "CustomResourceDefinition",
				},
				{
					"group": "apiregistration.k8s.io",
					"kind": "APIService",
				},
				{
					"group": "admissionregistration.k8s.io",
					"kind": "ValidatingWebhookConfiguration",
				},
				{
					"group": "rbac.authorization.k8s.io",
					"kind": "ClusterRole",
				},
				{
					"group": "rbac.authorization.k8s.io",
					"kind": "ClusterRoleBinding",
				},
			],
			"namespaceResourceWhitelist": [
				{
					"group": "",
					"kind": "ConfigMap",
				},
				{
					"group": "",
					"kind": "Service",
				},
				{
					"group": "",
					"kind": "Secret",
				},
				{
					"group": "apps",
					"kind": "Deployment",
				},
				{
					"group": "autoscaling",
					"kind": "HorizontalPodAutoscaler",
				},
				{
					"group": "discovery.k8s.io",
					"kind": "EndpointSlice",
				},
				{
					"group": "external-secrets.io",
					"kind": "ExternalSecret",
				},
				{
					"group": "monitoring.coreos.com",
					"kind": "Prometheus",
				},
				{
					"group": "monitoring.coreos.com",
					"kind": "PrometheusRule",
				},
				{
					"group": "monitoring.coreos.com",
					"kind": "ServiceMonitor",
				},
				{
					"group": "networking.k8s.io",
					"kind": "Ingress",
				},
				{
					"group": "networking.k8s.io",
					"kind": "NetworkPolicy",
				},
				{
					"group": "policy",
					"kind": "PodDisruptionBudget",
				},
				{
					"group": "rbac.authorization.k8s.io",
					"kind": "Role",
				},
				{
					"group": "rbac.authorization.k8s.io",
					"kind": "RoleBinding",
				},
			],
		},
	},
	"project_default": {
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "AppProject",
		"metadata": {
			"name": "default",
			"namespace": "argocd",
		},
		"spec": {
			"sourceRepos": [],
			"destinations": [],
		},
	},
	"crd": {
		"apiVersion": "apiextensions.k8s.io/v1",
		"kind": "CustomResourceDefinition",
		"metadata": {
			"name": "servicemonitors.monitoring.coreos.com",
		},
		"spec": {
			"group": "monitoring.coreos.com",
			"names": {
				"kind": "ServiceMonitor",
			},
		},
	},
	"namespace_shop": {
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {
			"name": "shop",
			"labels": {
				"pod-security.kubernetes.io/enforce": "restricted",
				"pod-security.kubernetes.io/audit": "restricted",
				"pod-security.kubernetes.io/warn": "restricted",
			},
		},
	},
	"namespace_watch": {
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {
			"name": "watch",
			"labels": {
				"pod-security.kubernetes.io/enforce": "restricted",
				"pod-security.kubernetes.io/audit": "restricted",
				"pod-security.kubernetes.io/warn": "restricted",
			},
		},
	},
	"namespace_ingress": {
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {
			"name": "ingress",
			"labels": {
				"pod-security.kubernetes.io/enforce": "restricted",
				"pod-security.kubernetes.io/audit": "restricted",
				"pod-security.kubernetes.io/warn": "restricted",
			},
		},
	},
	"deny_shop": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {
			"name": "default-deny",
			"namespace": "shop",
		},
		"spec": {
			"podSelector": {},
			"policyTypes": [
				"Ingress",
				"Egress",
			],
		},
	},
	"deny_watch": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {
			"name": "default-deny",
			"namespace": "watch",
		},
		"spec": {
			"podSelector": {},
			"policyTypes": [
				"Ingress",
				"Egress",
			],
		},
	},
	"deny_ingress": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {
			"name": "default-deny",
			"namespace": "ingress",
		},
		"spec": {
			"podSelector": {},
			"policyTypes": [
				"Ingress",
				"Egress",
			],
		},
	},
	"deployment": {
		"apiVersion": "apps/v1",
		"kind": "Deployment",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
		},
		"spec": {
			"selector": {
				"matchLabels": {
					"app": "shop",
				},
			},
			"template": {
				"metadata": {
					"labels": {
						"app": "shop",
					},
				},
				"spec": {
					"automountServiceAccountToken": false,
					"securityContext": {
						"runAsNonRoot": true,
						"runAsUser": 65532,
						"seccompProfile": {
							"type": "RuntimeDefault",
						},
					},
					"topologySpreadConstraints": [
						{
							"topologyKey": "kubernetes.io/hostname",
							"maxSkew": 1,
							"whenUnsatisfiable": "DoNotSchedule",
							"labelSelector": {
								"matchLabels": {
									"app": "shop",
								},
							},
						},
					],
					"containers": [
						{
							"name": "shop",
							"image": "docker.io/example/shop:1.2.3@sha256:0123",
							"args": [
								"serve",
							],
							"ports": [
								{
									"name": "http",
									"containerPort": 8000,
								},
								{
									"name": "metrics",
									"containerPort": 8001,
								},
							],
							"envFrom": [
								{
									"configMapRef": {
										"name": "shop",
									},
								},
							],
							"env": [
								{
									"name": "POD_IP",
									"valueFrom": {
										"fieldRef": {
											"fieldPath": "status.podIP",
										},
									},
								},
								{
									"name": "PASSWORD",
									"valueFrom": {
										"secretKeyRef": {
											"name": "shop",
											"key": "PASSWORD",
										},
									},
								},
								{
									"name": "GREETING",
									"valueFrom": {
										"configMapKeyRef": {
											"name": "shop",
											"key": "GREETING",
										},
									},
								},
							],
							"readinessProbe": {
								"httpGet": {
									"path": "/readyz",
									"port": "metrics",
								},
							},
							"livenessProbe": {
								"httpGet": {
									"path": "/livez",
									"port": 8001,
								},
							},
							"resources": {
								"requests": {
									"cpu": "100m",
									"memory": "64Mi",
								},
								"limits": {
									"memory": "64Mi",
								},
							},
							"securityContext": {
								"allowPrivilegeEscalation": false,
								"readOnlyRootFilesystem": true,
								"capabilities": {
									"drop": [
										"ALL",
									],
								},
							},
						},
					],
					"volumes": [
						{
							"name": "config",
							"configMap": {
								"name": "shop",
								"items": [
									{
										"key": "GREETING",
										"path": "greeting",
									},
								],
							},
						},
						{
							"name": "secret",
							"secret": {
								"secretName": "shop",
								"items": [
									{
										"key": "PASSWORD",
										"path": "password",
									},
								],
							},
						},
					],
				},
			},
		},
	},
	"config": {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
		},
		"data": {
			"DATABASE_HOST": "db.data.svc.cluster.local",
			"GREETING": "hello",
		},
	},
	"dashboard": {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {
			"name": "dashboard",
			"namespace": "watch",
		},
		"data": {
			"shop.json": "{\"panels\": [{\"targets\": [{\"expr\": \"rate(exchange_orders_total[5m])\"}]}]}",
		},
	},
	"external_secret": {
		"apiVersion": "external-secrets.io/v1",
		"kind": "ExternalSecret",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
		},
		"spec": {
			"target": {
				"name": "shop",
			},
			"data": [
				{
					"secretKey": "PASSWORD",
					"remoteRef": {
						"key": "shop",
					},
				},
			],
		},
	},
	"service": {
		"apiVersion": "v1",
		"kind": "Service",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
			"labels": {
				"app": "shop",
			},
		},
		"spec": {
			"selector": {
				"app": "shop",
			},
			"ports": [
				{
					"name": "http",
					"port": 80,
					"targetPort": "http",
				},
				{
					"name": "metrics",
					"port": 8001,
				},
			],
		},
	},
	"ingress": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "Ingress",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
			"annotations": {
				"nginx.ingress.kubernetes.io/proxy-body-size": "64k",
			},
		},
		"spec": {
			"ingressClassName": "nginx",
			"tls": [
				{
					"hosts": [
						"shop.example",
					],
					"secretName": "tls",
				},
			],
			"rules": [
				{
					"host": "shop.example",
					"http": {
						"paths": [
							{
								"path": "/",
								"pathType": "Prefix",
								"backend": {
									"service": {
										"name": "shop",
										"port": {
											"name": "http",
										},
									},
								},
							},
						],
					},
				},
			],
		},
	},
	"monitor": {
		"apiVersion": "monitoring.coreos.com/v1",
		"kind": "ServiceMonitor",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
			"labels": {
				"release": "stack",
			},
		},
		"spec": {
			"selector": {
				"matchLabels": {
					"app": "shop",
				},
			},
			"endpoints": [
				{
					"port": "metrics",
					"path": "/metrics",
				},
			],
		},
	},
	"monitor_exporter": {
		"apiVersion": "monitoring.coreos.com/v1",
		"kind": "ServiceMonitor",
		"metadata": {
			"name": "exporter",
			"namespace": "watch",
			"labels": {
				"release": "stack",
			},
		},
		"spec": {
			"namespaceSelector": {
				"matchNames": [
					"data",
				],
			},
			"selector": {
				"matchLabels": {
					"app": "db",
				},
			},
			"endpoints": [
				{
					"port": "metrics",
				},
			],
		},
	},
	"alerts": {
		"apiVersion": "monitoring.coreos.com/v1",
		"kind": "PrometheusRule",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
			"labels": {
				"release": "stack",
			},
		},
		"spec": {
			"groups": [
				{
					"name": "shop",
					"rules": [
						{
							"record": "job:exchange_orders:rate5m",
							"expr": "sum by (job) (rate(exchange_orders_total[5m]))",
						},
						{
							"alert": "NoOrders",
							"expr": "job:exchange_orders:rate5m == 0",
						},
					],
				},
			],
		},
	},
	"prometheus": {
		"apiVersion": "monitoring.coreos.com/v1",
		"kind": "Prometheus",
		"metadata": {
			"name": "main",
			"namespace": "watch",
		},
		"spec": {
			"image": "docker.io/example/prometheus:v3.0.0@sha256:0123",
			"replicas": 2,
			"serviceMonitorSelector": {
				"matchLabels": {
					"release": "stack",
				},
			},
			"ruleSelector": {
				"matchLabels": {
					"release": "stack",
				},
			},
			"resources": {
				"requests": {
					"cpu": "100m",
					"memory": "64Mi",
				},
				"limits": {
					"memory": "64Mi",
				},
			},
			"topologySpreadConstraints": [
				{
					"topologyKey": "kubernetes.io/hostname",
					"maxSkew": 1,
					"whenUnsatisfiable": "DoNotSchedule",
				},
			],
		},
	},
	"policy_shop": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
		},
		"spec": {
			"podSelector": {
				"matchLabels": {
					"app": "shop",
				},
			},
			"policyTypes": [
				"Ingress",
				"Egress",
			],
			"ingress": [
				{
					"from": [
						{
							"namespaceSelector": {
								"matchLabels": {
									"kubernetes.io/metadata.name": "ingress",
								},
							},
						},
					],
					"ports": [
						{
							"port": "http",
						},
					],
				},
				{
					"from": [
						{
							"namespaceSelector": {
								"matchLabels": {
									"kubernetes.io/metadata.name": "watch",
								},
							},
							"podSelector": {
								"matchLabels": {
									"app.kubernetes.io/name": "prometheus",
								},
							},
						},
					],
					"ports": [
						{
							"port": 8001,
						},
					],
				},
			],
			"egress": [
				{
					"to": [
						{
							"namespaceSelector": {
								"matchLabels": {
									"kubernetes.io/metadata.name": "kube-system",
								},
							},
							"podSelector": {
								"matchLabels": {
									"k8s-app": "kube-dns",
								},
							},
						},
					],
					"ports": [
						{
							"port": 53,
							"protocol": "UDP",
						},
					],
				},
				{
					"to": [
						{
							"ipBlock": {
								"cidr": "10.0.0.0/24",
								"except": [
									"10.0.0.128/25",
								],
							},
						},
					],
					"ports": [
						{
							"port": 5432,
						},
					],
				},
			],
		},
	},
	"policy_watch": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {
			"name": "prometheus",
			"namespace": "watch",
		},
		"spec": {
			"podSelector": {
				"matchLabels": {
					"app.kubernetes.io/name": "prometheus",
				},
			},
			"policyTypes": [
				"Egress",
			],
			"egress": [
				{
					"to": [
						{
							"namespaceSelector": {
								"matchLabels": {
									"kubernetes.io/metadata.name": "shop",
								},
							},
						},
					],
					"ports": [
						{
							"port": 8000,
							"endPort": 8010,
						},
					],
				},
				{
					"to": [
						{
							"ipBlock": {
								"cidr": "10.0.0.5/32",
							},
						},
					],
					"ports": [
						{
							"port": 9187,
						},
					],
				},
			],
		},
	},
	"policy_ingress": {
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {
			"name": "controller",
			"namespace": "ingress",
		},
		"spec": {
			"podSelector": {
				"matchExpressions": [
					{
						"key": "app",
						"operator": "In",
						"values": [
							"controller",
						],
					},
				],
			},
			"policyTypes": [
				"Ingress",
				"Egress",
			],
			"ingress": [
				{
					"ports": [
						{
							"port": 8443,
						},
					],
				},
			],
			"egress": [
				{
					"to": [
						{
							"namespaceSelector": {
								"matchLabels": {
									"kubernetes.io/metadata.name": "shop",
								},
							},
							"podSelector": {
								"matchLabels": {
									"app": "shop",
								},
							},
						},
					],
					"ports": [
						{
							"port": 8000,
						},
					],
				},
			],
		},
	},
	"controller": {
		"apiVersion": "apps/v1",
		"kind": "Deployment",
		"metadata": {
			"name": "controller",
			"namespace": "ingress",
		},
		"spec": {
			"replicas": 2,
			"selector": {
				"matchLabels": {
					"app": "controller",
				},
			},
			"template": {
				"metadata": {
					"labels": {
						"app": "controller",
					},
				},
				"spec": {
					"serviceAccountName": "controller",
					"securityContext": {
						"runAsNonRoot": true,
						"seccompProfile": {
							"type": "RuntimeDefault",
						},
					},
					"affinity": {
						"podAntiAffinity": {},
					},
					"containers": [
						{
							"name": "controller",
							"image": "docker.io/example/controller:v1@sha256:0123",
							"args": [
								"--verbose",
							],
							"ports": [
								{
									"name": "https",
									"containerPort": 8443,
								},
							],
							"readinessProbe": {
								"tcpSocket": {
									"port": "https",
								},
							},
							"livenessProbe": {
								"tcpSocket": {
									"port": "https",
								},
							},
							"resources": {
								"requests": {
									"cpu": "100m",
									"memory": "64Mi",
								},
								"limits": {
									"memory": "64Mi",
								},
							},
							"securityContext": {
								"allowPrivilegeEscalation": false,
								"readOnlyRootFilesystem": true,
								"capabilities": {
									"drop": [
										"ALL",
									],
									"add": [
										"NET_BIND_SERVICE",
									],
								},
							},
						},
					],
				},
			},
		},
	},
	"service_controller": {
		"apiVersion": "v1",
		"kind": "Service",
		"metadata": {
			"name": "controller",
			"namespace": "ingress",
			"labels": {
				"app": "controller",
			},
		},
		"spec": {
			"selector": {
				"app": "controller",
			},
			"ports": [
				{
					"name": "https",
					"port": 443,
					"targetPort": "https",
				},
			],
		},
	},
	"budget_shop": {
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
		},
		"spec": {
			"maxUnavailable": 1,
			"selector": {
				"matchLabels": {
					"app": "shop",
				},
			},
		},
	},
	"budget_controller": {
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {
			"name": "controller",
			"namespace": "ingress",
		},
		"spec": {
			"maxUnavailable": 1,
			"selector": {
				"matchLabels": {
					"app": "controller",
				},
			},
		},
	},
	"autoscaler": {
		"apiVersion": "autoscaling/v2",
		"kind": "HorizontalPodAutoscaler",
		"metadata": {
			"name": "shop",
			"namespace": "shop",
		},
		"spec": {
			"minReplicas": 2,
			"maxReplicas": 4,
			"scaleTargetRef": {
				"apiVersion": "apps/v1",
				"kind": "Deployment",
				"name": "shop",
			},
			"metrics": [
				{
					"type": "Resource",
					"resource": {
						"name": "cpu",
						"target": {
							"type": "Utilization",
							"averageUtilization": 70,
						},
					},
				},
			],
		},
	},
	"service_db": {
		"apiVersion": "v1",
		"kind": "Service",
		"metadata": {
			"name": "db",
			"namespace": "data",
			"labels": {
				"app": "db",
			},
		},
		"spec": {
			"ports": [
				{
					"name": "postgres",
					"port": 5432,
				},
			],
		},
	},
	"slice_db": {
		"apiVersion": "discovery.k8s.io/v1",
		"kind": "EndpointSlice",
		"metadata": {
			"name": "db",
			"namespace": "data",
			"labels": {
				"kubernetes.io/service-name": "db",
			},
		},
		"addressType": "IPv4",
		"ports": [
			{
				"name": "postgres",
				"port": 5432,
			},
		],
		"endpoints": [
			{
				"addresses": [
					"10.0.0.5",
				],
			},
		],
	},
	"service_exporter": {
		"apiVersion": "v1",
		"kind": "Service",
		"metadata": {
			"name": "exporter",
			"namespace": "data",
			"labels": {
				"app": "db",
			},
		},
		"spec": {
			"ports": [
				{
					"name": "metrics",
					"port": 9187,
				},
			],
		},
	},
	"slice_exporter": {
		"apiVersion": "discovery.k8s.io/v1",
		"kind": "EndpointSlice",
		"metadata": {
			"name": "exporter",
			"namespace": "data",
			"labels": {
				"kubernetes.io/service-name": "exporter",
			},
		},
		"addressType": "IPv4",
		"ports": [
			{
				"name": "metrics",
				"port": 9187,
			},
		],
		"endpoints": [
			{
				"addresses": [
					"10.0.0.5",
				],
			},
		],
	},
	"api": {
		"apiVersion": "apiregistration.k8s.io/v1",
		"kind": "APIService",
		"metadata": {
			"name": "v1beta1.metrics.k8s.io",
		},
		"spec": {
			"group": "metrics.k8s.io",
			"version": "v1beta1",
			"service": {
				"name": "controller",
				"namespace": "ingress",
			},
		},
	},
	"webhook": {
		"apiVersion": "admissionregistration.k8s.io/v1",
		"kind": "ValidatingWebhookConfiguration",
		"metadata": {
			"name": "controller",
		},
		"webhooks": [
			{
				"name": "ingress.example",
				"clientConfig": {
					"service": {
						"name": "controller",
						"namespace": "ingress",
						"port": 443,
					},
				},
			},
		],
	},
	"role": {
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "Role",
		"metadata": {
			"name": "controller",
			"namespace": "ingress",
		},
		"rules": [
			{
				"apiGroups": [
					"",
				],
				"resources": [
					"secrets",
				],
				"verbs": [
					"get",
				],
			},
		],
	},
	"role_binding": {
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "RoleBinding",
		"metadata": {
			"name": "controller",
			"namespace": "ingress",
		},
		"roleRef": {
			"apiGroup": "rbac.authorization.k8s.io",
			"kind": "Role",
			"name": "controller",
		},
		"subjects": [
			{
				"kind": "ServiceAccount",
				"name": "controller",
				"namespace": "ingress",
			},
		],
	},
	"cluster_role": {
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {
			"name": "controller",
		},
		"rules": [
			{
				"apiGroups": [
					"",
				],
				"resources": [
					"nodes",
				],
				"verbs": [
					"get",
				],
			},
		],
	},
	"cluster_binding": {
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRoleBinding",
		"metadata": {
			"name": "controller",
		},
		"roleRef": {
			"apiGroup": "rbac.authorization.k8s.io",
			"kind": "ClusterRole",
			"name": "controller",
		},
		"subjects": [
			{
				"kind": "ServiceAccount",
				"name": "controller",
				"namespace": "ingress",
			},
		],
	},
}
