package cluster

import "time"

// welcome tells where everything is, and how long it took.
func (l *Lab) welcome(kind Kind, took time.Duration) {
	l.say(`
The platform runs, after %s.

  Exchange    http://crypto-exchange.local, with this line in /etc/hosts:
              127.0.0.1 crypto-exchange.local
              accounts, API keys and passwords: %s`, took.Round(time.Second), l.DemoEnv())
	if kind == Pulled {
		l.say(`  Grafana     http://localhost:30300  (admin / admin123)
  Argo CD     export KUBECONFIG=%[1]s
              kubectl -n argocd port-forward svc/argocd-server 8080:443
              then https://localhost:8080`, l.Kubeconfig())
	} else {
		l.say(`  Argo CD     without a web page here: make status`)
	}
	l.say(`  Prometheus  KUBECONFIG=%s kubectl -n monitoring port-forward svc/prometheus-operated 9090
              then http://localhost:9090

make status shows the Applications, make sync hands the work tree over again, make down removes it all.`, l.Kubeconfig())
}
