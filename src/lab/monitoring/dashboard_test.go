package monitoring_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dashboard is what is read of Grafana's model.
type dashboard struct {
	UID        string  `json:"uid"`
	Title      string  `json:"title"`
	Panels     []panel `json:"panels"`
	Templating struct {
		List []struct {
			Name       string `json:"name"`
			Definition string `json:"definition"`
		} `json:"list"`
	} `json:"templating"`
}

type panel struct {
	ID      int    `json:"id"`
	Type    string `json:"type"`
	Title   string `json:"title"`
	GridPos struct {
		X, Y, W, H int
	} `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit string `json:"unit"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
	Targets []struct {
		Expr         string `json:"expr"`
		LegendFormat string `json:"legendFormat"`
	} `json:"targets"`
}

func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob(root + "/platform/kube-prometheus-stack/components/grafana/app/dashboard/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("dashboards: %v, %v", files, err)
	}
	found := map[string]dashboard{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d dashboard
		if err := json.Unmarshal(content, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[filepath.Base(file)] = d
	}
	return found
}

var labelValues = regexp.MustCompile(`^label_values\(([a-zA-Z_:][a-zA-Z0-9_:]*), *[a-z_]+\)$`)

// queries gives the expressions of a dashboard, with Grafana's variables filled in.
func (d dashboard) queries(t *testing.T) []expression {
	t.Helper()
	fill := []string{"$__rate_interval", "5m", "$__range", "1h"}
	var found []expression
	for _, v := range d.Templating.List {
		fill = append(fill, "$"+v.Name, "x")
		match := labelValues.FindStringSubmatch(v.Definition)
		if match == nil {
			t.Errorf("dashboard %s: the variable %s is not label_values(METRIC, LABEL): %s", d.Title, v.Name, v.Definition)
			continue
		}
		found = append(found, expression{"variable " + v.Name, match[1]})
	}
	filled := strings.NewReplacer(fill...)
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			found = append(found, expression{"panel " + p.Title, filled.Replace(target.Expr)})
		}
	}
	return found
}

func TestDashboardsCanBeRead(t *testing.T) {
	t.Parallel()
	uids := map[string]string{}
	for file, d := range dashboards(t) {
		if other, taken := uids[d.UID]; taken || d.UID == "" {
			t.Errorf("%s and %s have the same uid %q", file, other, d.UID)
		}
		uids[d.UID] = file
		ids := map[int]bool{}
		for i, p := range d.Panels {
			if ids[p.ID] || p.Title == "" {
				t.Errorf("%s: panel %d has an id that is taken, or no title", file, p.ID)
			}
			ids[p.ID] = true
			if p.Type != "row" && (len(p.Targets) == 0 || p.FieldConfig.Defaults.Unit == "") {
				t.Errorf("%s: the panel %s shows nothing, or without a unit", file, p.Title)
			}
			for _, q := range d.Panels[:i] {
				if overlaps(p, q) {
					t.Errorf("%s: the panels %s and %s lie on each other", file, p.Title, q.Title)
				}
			}
		}
	}
}

func overlaps(p, q panel) bool {
	a, b := p.GridPos, q.GridPos
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}
