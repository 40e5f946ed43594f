package argo

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	"sigs.k8s.io/kustomize/api/types"
)

// Edit changes a kustomization as Argo CD does before it builds it, with "kustomize
// edit": see https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/.
func Edit(k *types.Kustomization, options *v1alpha1.ApplicationSourceKustomize) error {
	if options == nil {
		return nil
	}
	if options.NamePrefix != "" {
		k.NamePrefix = options.NamePrefix
	}
	if options.NameSuffix != "" {
		k.NameSuffix = options.NameSuffix
	}
	if options.Namespace != "" {
		k.Namespace = options.Namespace
	}
	for _, image := range options.Images {
		if err := setImage(k, string(image)); err != nil {
			return err
		}
	}
	for _, r := range options.Replicas {
		count, err := r.GetIntCount()
		if err != nil {
			return fmt.Errorf("replicas of %s: %w", r.Name, err)
		}
		setReplicas(k, types.Replica{Name: r.Name, Count: int64(count)})
	}
	if err := addLabels(k, options); err != nil {
		return err
	}
	if err := merge(&k.CommonAnnotations, options.CommonAnnotations, options.ForceCommonAnnotations, "annotation"); err != nil {
		return err
	}
	k.Components = append(k.Components, options.Components...)
	return addPatches(k, options.Patches)
}

var imagePattern = regexp.MustCompile(`^([^:@]*(?::\d+/[^:@]*)?)(?::([^@]*))?(?:@(.*))?$`)

// setImage does what "kustomize edit set image" does: NAME, NAME:TAG, NAME@DIGEST or
// NAME=NEWNAME[:TAG][@DIGEST].
func setImage(k *types.Kustomization, text string) error {
	name, rest, renamed := strings.Cut(text, "=")
	if !renamed {
		rest = text
	}
	m := imagePattern.FindStringSubmatch(rest)
	if len(m) != 4 || m[1] == "" || strings.Contains(text, "*") {
		return fmt.Errorf("image %q is not NAME=NEWNAME:TAG@DIGEST", text)
	}
	image := types.Image{Name: m[1], NewTag: m[2], Digest: m[3]}
	if renamed {
		image.Name, image.NewName = name, m[1]
	}
	i := slices.IndexFunc(k.Images, func(old types.Image) bool { return old.Name == image.Name })
	if i < 0 {
		k.Images = append(k.Images, image)
	} else {
		k.Images[i] = image
	}
	slices.SortFunc(k.Images, func(a, b types.Image) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

func setReplicas(k *types.Kustomization, replica types.Replica) {
	i := slices.IndexFunc(k.Replicas, func(old types.Replica) bool { return old.Name == replica.Name })
	if i < 0 {
		k.Replicas = append(k.Replicas, replica)
	} else {
		k.Replicas[i] = replica
	}
	slices.SortFunc(k.Replicas, func(a, b types.Replica) int { return strings.Compare(a.Name, b.Name) })
}

func addLabels(k *types.Kustomization, options *v1alpha1.ApplicationSourceKustomize) error {
	if len(options.CommonLabels) == 0 {
		return nil
	}
	if !options.LabelWithoutSelector {
		//nolint:staticcheck // it is what "kustomize edit" changes
		return merge(&k.CommonLabels, options.CommonLabels, options.ForceCommonLabels, "label")
	}
	k.Labels = append(k.Labels, types.Label{Pairs: maps.Clone(options.CommonLabels)})
	return nil
}

func merge(into *map[string]string, from map[string]string, force bool, what string) error {
	if len(from) == 0 {
		return nil
	}
	if *into == nil {
		*into = map[string]string{}
	}
	for key, value := range from {
		if _, there := (*into)[key]; there && !force {
			return fmt.Errorf("%s %s is already in the kustomization file", what, key)
		}
		(*into)[key] = value
	}
	return nil
}

// addPatches turns Argo CD's copy of kustomize's type into kustomize's.
func addPatches(k *types.Kustomization, patches v1alpha1.KustomizePatches) error {
	for _, p := range patches {
		data, err := json.Marshal(p)
		if err != nil {
			return err
		}
		var patch types.Patch
		if err := json.Unmarshal(data, &patch); err != nil {
			return fmt.Errorf("reading a patch: %w", err)
		}
		k.Patches = append(k.Patches, patch)
	}
	return nil
}
