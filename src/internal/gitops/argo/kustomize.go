package argo

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Edit returns what changes a kustomization as Argo CD does before it builds it, with
// "kustomize edit": see https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/.
// It is nil for a source without such options.
func (a *Application) Edit(s Source) func(*types.Kustomization) (kustomization.Stated, error) {
	if s.Kustomize == nil {
		return nil
	}
	return func(k *types.Kustomization) (kustomization.Stated, error) {
		e := edit{k, a, s.Field.Key("kustomize"), kustomization.Stated{}}
		return e.stated, e.apply(s.Kustomize)
	}
}

// edit is one change of a kustomization.
type edit struct {
	*types.Kustomization
	application *Application
	options     source.Path // the options' path in the Application
	stated      kustomization.Stated
}

// put notes that a field of the kustomization is now what an option says.
func (e edit) put(field, option source.Path) {
	e.stated[field.String()] = e.application.Object.Position(option)
}

// errorf says what is wrong with an option.
func (e edit) errorf(option source.Path, format string, args ...any) error {
	return e.application.Object.Errorf(option, format, args...)
}

func (e edit) apply(options *v1alpha1.ApplicationSourceKustomize) error {
	for _, word := range []struct {
		name, value string
		into        *string
	}{
		{"namePrefix", options.NamePrefix, &e.NamePrefix},
		{"nameSuffix", options.NameSuffix, &e.NameSuffix},
		{"namespace", options.Namespace, &e.Namespace},
	} {
		if word.value != "" {
			*word.into = word.value
			e.put(source.ParsePath(word.name), e.options.Key(word.name))
		}
	}
	err := errors.Join(
		e.setImages(options.Images),
		e.setReplicas(options.Replicas),
		e.addLabels(options),
		e.merge(&e.CommonAnnotations, "commonAnnotations", options.CommonAnnotations, options.ForceCommonAnnotations),
		e.addPatches(options.Patches),
	)
	for i, name := range options.Components {
		if !slices.Contains(e.Components, name) {
			e.put(source.ParsePath("components").Index(len(e.Components)), e.options.Key("components").Index(i))
			e.Components = append(e.Components, name)
		}
	}
	return err
}

var imagePattern = regexp.MustCompile(`^([^:@]*(?::\d+/[^:@]*)?)(?::([^@]*))?(?:@(.*))?$`)

// setImages does what "kustomize edit set image" does: NAME:TAG, NAME@DIGEST or
// NAME=NEWNAME[:TAG][@DIGEST].
func (e edit) setImages(images v1alpha1.KustomizeImages) error {
	var all []error
	for i, text := range images {
		option := e.options.Key("images").Index(i)
		image, ok := parseImage(string(text))
		if !ok {
			all = append(all, e.errorf(option, "%q is not NAME=NEWNAME:TAG@DIGEST", text))
			continue
		}
		e.put(source.ParsePath("images").Key(image.Name), option)
		i := slices.IndexFunc(e.Images, func(old types.Image) bool { return old.Name == image.Name })
		if i < 0 {
			e.Images = append(e.Images, image)
		} else {
			e.Images[i] = image
		}
	}
	if len(images) > 0 {
		slices.SortFunc(e.Images, func(a, b types.Image) int { return strings.Compare(a.Name, b.Name) })
	}
	return errors.Join(all...)
}

func parseImage(text string) (types.Image, bool) {
	name, rest, renamed := strings.Cut(text, "=")
	if !renamed {
		rest = text
	}
	m := imagePattern.FindStringSubmatch(rest)
	if len(m) != 4 || m[1] == "" || m[1] == text || strings.Contains(text, "*") {
		return types.Image{}, false
	}
	image := types.Image{Name: m[1], NewTag: m[2], Digest: m[3]}
	if renamed {
		image.Name, image.NewName = name, m[1]
	}
	return image, true
}

func (e edit) setReplicas(replicas v1alpha1.KustomizeReplicas) error {
	var all []error
	for i, r := range replicas {
		option := e.options.Key("replicas").Index(i).Key("count")
		count, err := r.GetIntCount()
		if err != nil {
			all = append(all, e.errorf(option, "%q is no number", r.Count.StrVal))
			continue
		}
		e.put(source.ParsePath("replicas").Key(r.Name), option)
		replica := types.Replica{Name: r.Name, Count: int64(count)}
		i := slices.IndexFunc(e.Replicas, func(old types.Replica) bool { return old.Name == r.Name })
		if i < 0 {
			e.Replicas = append(e.Replicas, replica)
		} else {
			e.Replicas[i] = replica
		}
	}
	if len(replicas) > 0 {
		slices.SortFunc(e.Replicas, func(a, b types.Replica) int { return strings.Compare(a.Name, b.Name) })
	}
	return errors.Join(all...)
}

// addLabels adds to commonLabels, or to the first of labels that leaves selectors and
// templates alone.
func (e edit) addLabels(options *v1alpha1.ApplicationSourceKustomize) error {
	if !options.LabelWithoutSelector {
		//nolint:staticcheck // it is what "kustomize edit" changes
		return e.merge(&e.CommonLabels, "commonLabels", options.CommonLabels, options.ForceCommonLabels)
	}
	if len(options.CommonLabels) == 0 {
		return nil
	}
	i := slices.IndexFunc(e.Labels, func(l types.Label) bool { return !l.IncludeSelectors && !l.IncludeTemplates })
	if i < 0 {
		i = len(e.Labels)
		e.Labels = append(e.Labels, types.Label{})
	}
	pairs := source.ParsePath("labels").Index(i).Key("pairs")
	return e.mergeAt(&e.Labels[i].Pairs, pairs, "commonLabels", options.CommonLabels, options.ForceCommonLabels)
}

// merge puts the pairs of an option into the field of the same name.
func (e edit) merge(into *map[string]string, name string, from map[string]string, force bool) error {
	return e.mergeAt(into, source.ParsePath(name), name, from, force)
}

func (e edit) mergeAt(into *map[string]string, field source.Path, name string, from map[string]string, force bool) error {
	var all []error
	for _, key := range slices.Sorted(maps.Keys(from)) {
		option := e.options.Key(name).Key(key)
		if _, there := (*into)[key]; there && !force {
			all = append(all, e.errorf(option, "is already in the kustomization file"))
			continue
		}
		if *into == nil {
			*into = map[string]string{}
		}
		(*into)[key] = from[key]
		e.put(field.Key(key), option)
	}
	return errors.Join(all...)
}

// addPatches turns Argo CD's copy of kustomize's type into kustomize's.
func (e edit) addPatches(patches v1alpha1.KustomizePatches) error {
	var all []error
	for i, p := range patches {
		option := e.options.Key("patches").Index(i)
		var patch types.Patch
		data, err := json.Marshal(p)
		if err == nil {
			err = json.Unmarshal(data, &patch)
		}
		if err != nil {
			all = append(all, e.errorf(option, "not a patch: %v", err))
			continue
		}
		field := source.ParsePath("patches").Index(len(e.Patches))
		for _, key := range []string{"path", "patch"} {
			e.put(field.Key(key), option.Key(key))
		}
		e.put(field, option)
		e.Patches = append(e.Patches, patch)
	}
	return errors.Join(all...)
}

// supportedOptions refuses options that would be passed over, or need what only Argo CD
// has when it runs.
func (a *Application) supportedOptions(s Source) error {
	options := s.Kustomize
	if options == nil {
		return nil
	}
	var all []error
	refuse := func(option source.Path, why string) { all = append(all, a.Object.Errorf(option, "%s", why)) }
	at := s.Field.Key("kustomize")
	if options.Version != "" {
		refuse(at.Key("version"), "only the kustomize version of this tool is rendered with")
	}
	if options.KubeVersion != "" {
		refuse(at.Key("kubeVersion"), "is for Helm charts, which are not supported")
	}
	if len(options.APIVersions) > 0 {
		refuse(at.Key("apiVersions"), "is for Helm charts, which are not supported")
	}
	const variable = "variables of Argo CD's build environment are not supported"
	for i, image := range options.Images {
		if strings.Contains(string(image), "$") {
			refuse(at.Key("images").Index(i), variable)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(options.CommonLabels)) {
		if strings.Contains(options.CommonLabels[key], "$") {
			refuse(at.Key("commonLabels").Key(key), variable)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(options.CommonAnnotations)) {
		if options.CommonAnnotationsEnvsubst && strings.Contains(options.CommonAnnotations[key], "$") {
			refuse(at.Key("commonAnnotations").Key(key), variable)
		}
	}
	return errors.Join(all...)
}
