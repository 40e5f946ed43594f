package treetest

// app are the files of one application, called NAME.
var app = map[string]string{
	"base/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: NAME
labels:
  - pairs:
      app.kubernetes.io/part-of: NAME
resources:
  - namespace.yaml
  - serviceaccount.yaml
  - deployment.yaml
  - service.yaml
  - ingress.yaml
  - networkpolicy.yaml
configMapGenerator:
  - name: NAME
    envs: [NAME.env]
`,
	"base/NAME.env": "LOG_LEVEL=info\nLISTEN_ADDRESS=:8080\nTIMEOUT=5s\n",
	"base/namespace.yaml": `apiVersion: v1
kind: Namespace
metadata:
  name: NAME
`,
	"base/serviceaccount.yaml": `apiVersion: v1
kind: ServiceAccount
metadata:
  name: NAME
automountServiceAccountToken: false
`,
	"base/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels:
    app.kubernetes.io/name: NAME
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: NAME
  template:
    metadata:
      labels:
        app.kubernetes.io/name: NAME
    spec:
      serviceAccountName: NAME
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: server
          image: server
          envFrom:
            - configMapRef:
                name: NAME
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
          livenessProbe:
            httpGet:
              path: /livez
              port: http
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
            limits:
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
`,
	"base/service.yaml": `apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  selector:
    app.kubernetes.io/name: NAME
  ports:
    - name: http
      port: 80
      targetPort: http
`,
	"base/ingress.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: NAME
spec:
  ingressClassName: nginx
  rules:
    - host: NAME.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: NAME
                port:
                  name: http
`,
	"base/networkpolicy.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
`,
	"overlays/kind/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: NAME
resources:
  - ../../base
patches:
  - path: deployment.yaml
images:
  - name: server
    newName: registry.example.com/NAME
    newTag: v1.0.0
replicas:
  - name: NAME
    count: 2
`,
	"overlays/kind/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  template:
    spec:
      containers:
        - name: server
          env:
            - name: CLUSTER
              value: kind
`,
}
