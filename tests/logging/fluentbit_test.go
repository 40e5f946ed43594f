package logging_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// config is what is read of Fluent Bit's configuration.
type config struct {
	Parsers []map[string]string `json:"parsers"`
	Service map[string]any      `json:"service"`
	Pipe    struct {
		Inputs  []map[string]any `json:"inputs"`
		Filters []map[string]any `json:"filters"`
		Outputs []map[string]any `json:"outputs"`
	} `json:"pipeline"`
}

func fluentBit(t *testing.T) config {
	t.Helper()
	var c config
	if err := yaml.Unmarshal([]byte(read(t, "../../platform/logging/base/fluent-bit/config", "fluent-bit.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c config) parser(name string) map[string]string {
	for _, p := range c.Parsers {
		if p["name"] == name {
			return p
		}
	}
	return nil
}

const file = "/var/log/containers/exchange-7d4b9c5f6-x2x8k_exchange_exchange-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.log"

func TestPodNamespaceAndContainerAreReadFromTheFileName(t *testing.T) {
	t.Parallel()
	expression := regexp.MustCompile(fluentBit(t).parser("file")["regex"])
	match := expression.FindStringSubmatch(file)
	if match == nil {
		t.Fatalf("%s does not match", expression)
	}
	for name, want := range map[string]string{"pod": "exchange-7d4b9c5f6-x2x8k", "namespace": "exchange", "container": "exchange"} {
		if got := match[expression.SubexpIndex(name)]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// Fluent Bit makes a tag of a file's name by turning its slashes into dots.
func TestOnlyTheExchangeIsReadAsItsOwnLines(t *testing.T) {
	t.Parallel()
	var pattern string
	for _, f := range fluentBit(t).Pipe.Filters {
		if f["parser"] == "exchange" {
			pattern, _ = f["match"].(string)
		}
	}
	for name, want := range map[string]bool{
		file: true,
		strings.Replace(file, "_exchange_", "_ingress-nginx_", 1): false,
	} {
		tag := "kube" + strings.ReplaceAll(name, "/", ".")
		if got, err := path.Match(pattern, tag); err != nil || got != want {
			t.Errorf("%q matches %s: %t, %v, want %t", pattern, tag, got, err, want)
		}
	}
}

func TestTimesAreReadAsTheExchangeWritesThem(t *testing.T) {
	t.Parallel()
	var line bytes.Buffer
	slog.New(slog.NewJSONHandler(&line, nil)).Info("serving", "port", 8000)
	var fields map[string]any
	if err := json.Unmarshal(line.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	parser := fluentBit(t).parser("exchange")
	written, _ := fields[parser["time_key"]].(string)
	layout := strings.NewReplacer("%Y", "2006", "%m", "01", "%d", "02", "%H", "15", "%M", "04", "%S", "05", ".%L", "", "%z", "Z07:00").Replace(parser["time_format"])
	if _, err := time.Parse(layout, written); err != nil {
		t.Errorf("%q is not of the form %q: %v", written, parser["time_format"], err)
	}
}

func TestWhatWaitsIsKeptOnDiskAndNeverGivenUp(t *testing.T) {
	t.Parallel()
	c := fluentBit(t)
	if c.Service["storage.path"] == nil || c.Service["storage.max_chunks_up"] == nil {
		t.Errorf("nothing bounds what waits: %v", c.Service)
	}
	for _, input := range c.Pipe.Inputs {
		if input["storage.type"] != "filesystem" || input["storage.pause_on_chunks_overlimit"] != true {
			t.Errorf("the input %v does not wait on disk", input["name"])
		}
	}
	for _, output := range c.Pipe.Outputs {
		if output["retry_limit"] != "no_limits" || output["tls"] != true {
			t.Errorf("the output %v gives up, or is not encrypted", output["name"])
		}
	}
}
