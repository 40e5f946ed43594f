package reference

import (
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// The kinds that are named by others.
const (
	ConfigMap      = "ConfigMap"
	Secret         = "Secret"
	Service        = "Service"
	ServiceAccount = "ServiceAccount"
)

// Target is an object that is named or made. A Namespace of "" is for store kinds that
// are in none.
type Target struct{ Kind, Namespace, Name string }

// Reference is a field that names an object.
type Reference struct {
	Target
	// Field is the path of the name.
	Field source.Path
	// Optional says that the object may be missing.
	Optional bool
}

// collector gathers the references of one object.
type collector struct {
	object *object.Object
	found  []Reference
}

// Of returns the references of an object.
func Of(o *object.Object) []Reference {
	c := &collector{object: o}
	if at, ok := podSpec(o); ok {
		c.pod(object.Get(o.Content, keys(at)...), at)
	}
	switch o.Group + "/" + o.Kind {
	case "apps/StatefulSet":
		c.name(Service, o.Namespace, source.ParsePath("spec.serviceName"))
	case "networking.k8s.io/Ingress":
		c.ingress()
	case "discovery.k8s.io/EndpointSlice":
		c.name(Service, o.Namespace, source.ParsePath("metadata.labels").Key("kubernetes.io/service-name"))
	case "/ServiceAccount":
		c.names(Secret, source.ParsePath("imagePullSecrets"), "name")
		c.names(Secret, source.ParsePath("secrets"), "name")
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		c.subjects()
	case "apiregistration.k8s.io/APIService":
		c.service(source.ParsePath("spec.service"))
	case "admissionregistration.k8s.io/ValidatingWebhookConfiguration", "admissionregistration.k8s.io/MutatingWebhookConfiguration":
		for i := range o.List("webhooks") {
			c.service(source.ParsePath("webhooks").Index(i).Key("clientConfig").Key("service"))
		}
	case "apiextensions.k8s.io/CustomResourceDefinition":
		c.service(source.ParsePath("spec.conversion.webhook.clientConfig.service"))
	default:
		c.custom()
	}
	return c.found
}

// add records a reference to a name, unless it is empty.
func (c *collector) add(kind, namespace string, name any, field source.Path, optional any) {
	text, _ := name.(string)
	if text == "" {
		return
	}
	maybe, _ := optional.(bool)
	c.found = append(c.found, Reference{Target{kind, namespace, text}, field, maybe})
}

// name records what a field says.
func (c *collector) name(kind, namespace string, field source.Path) {
	c.add(kind, namespace, at(c.object.Content, field), field, nil)
}

// names records what each element of a list says in a field, or itself if the field is "".
func (c *collector) names(kind string, list source.Path, field string) {
	items, _ := at(c.object.Content, list).([]any)
	for i := range items {
		path := list.Index(i)
		if field != "" {
			path = path.Key(field)
		}
		c.name(kind, c.object.Namespace, path)
	}
}

// service records a reference with a namespace of its own.
func (c *collector) service(field source.Path) {
	namespace, _ := at(c.object.Content, field.Key("namespace")).(string)
	if namespace != "" {
		c.name(Service, namespace, field.Key("name"))
	}
}

func (c *collector) ingress() {
	backend := func(at source.Path) { c.name(Service, c.object.Namespace, at.Key("service").Key("name")) }
	backend(source.ParsePath("spec.defaultBackend"))
	for i, rule := range c.object.List("spec", "rules") {
		paths, _ := object.Get(rule, "http", "paths").([]any)
		for j := range paths {
			backend(source.ParsePath("spec.rules").Index(i).Key("http").Key("paths").Index(j).Key("backend"))
		}
	}
	c.names(Secret, source.ParsePath("spec.tls"), "secretName")
}

func (c *collector) subjects() {
	for i, subject := range c.object.List("subjects") {
		if object.Get(subject, "kind") == ServiceAccount {
			namespace, _ := object.Get(subject, "namespace").(string)
			c.name(ServiceAccount, namespace, source.ParsePath("subjects").Index(i).Key("name"))
		}
	}
}

// at returns the value at a path, nil if there is none.
func at(value any, path source.Path) any {
	for _, step := range path {
		switch {
		case step.Key != "":
			value = object.Get(value, step.Key)
		default:
			list, _ := value.([]any)
			if step.Index >= len(list) {
				return nil
			}
			value = list[step.Index]
		}
	}
	return value
}

// keys are the keys of a path that goes through no list.
func keys(path source.Path) []string {
	all := make([]string, len(path))
	for i, step := range path {
		all[i] = step.Key
	}
	return all
}
