package logging_test

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

const setup = "../../platform/logging/base/elasticsearch/setup"

// The setup's requests are made by the real curl over TLS; what answers here only notes
// them.
func TestSetupPutsLifecycleAndTemplate(t *testing.T) {
	t.Parallel()
	var puts []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		body, err := io.ReadAll(r.Body)
		if err != nil || user != "logs_setup" || password != "p$ssw`rd 12" || !json.Valid(body) || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s as %q with %q: %s, %v", r.Method, r.URL, user, password, body, err)
		}
		puts = append(puts, r.Method+" "+r.URL.Path)
	}))
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.crt")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(setup, "apply.sh"))
	cmd.Env = append(os.Environ(), "ELASTICSEARCH_URL="+server.URL, "ELASTICSEARCH_CA="+ca, "ELASTICSEARCH_PASSWORD=p$ssw`rd 12")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if want := []string{"PUT /_ilm/policy/bitpin-logs", "PUT /_index_template/bitpin-logs"}; !slices.Equal(puts, want) {
		t.Errorf("put %v, want %v", puts, want)
	}
}

func TestLogsAreRolledOverAndDeletedByTheLifecycleThatTheTemplateNames(t *testing.T) {
	t.Parallel()
	var template struct {
		Patterns   []string  `json:"index_patterns"`
		DataStream *struct{} `json:"data_stream"`
		Template   struct {
			Settings map[string]any `json:"settings"`
		} `json:"template"`
	}
	var lifecycle struct {
		Policy struct {
			Phases map[string]struct {
				Actions map[string]any `json:"actions"`
			} `json:"phases"`
		} `json:"policy"`
	}
	for name, into := range map[string]any{"template.json": &template, "lifecycle.json": &lifecycle} {
		if err := json.Unmarshal([]byte(read(t, setup, name)), into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if !slices.Equal(template.Patterns, []string{"bitpin-logs"}) || template.DataStream == nil || template.Template.Settings["index.lifecycle.name"] != "bitpin-logs" {
		t.Errorf("the template is not of the data stream bitpin-logs: %+v", template)
	}
	for phase, action := range map[string]string{"hot": "rollover", "delete": "delete"} {
		if _, ok := lifecycle.Policy.Phases[phase].Actions[action]; !ok {
			t.Errorf("the phase %s lacks the action %s", phase, action)
		}
	}
}
