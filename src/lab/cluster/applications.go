package cluster

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

const argocdNamespace = "argocd"

var applicationResource = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}

// Application is the state of an Application.
type Application struct {
	Name     string
	Sync     string // Synced, OutOfSync, Unknown
	Health   string // Healthy, Progressing, Degraded, Missing, …
	Revision string // the commit that it was compared with
	Message  string // what is wrong, if something is
}

// Settled reports whether the Application is as Git says, and healthy.
func (a Application) Settled() bool { return a.Sync == "Synced" && a.Health == "Healthy" }

// applications lists all Applications, by name.
func (c *client) applications(ctx context.Context) ([]Application, error) {
	list, err := c.dynamic.Resource(applicationResource).Namespace(argocdNamespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("listing the Applications: %w", err)
	}
	applications := make([]Application, 0, len(list.Items))
	for i := range list.Items {
		applications = append(applications, readApplication(&list.Items[i]))
	}
	slices.SortFunc(applications, func(a, b Application) int { return cmp.Compare(a.Name, b.Name) })
	return applications, nil
}

func readApplication(o *unstructured.Unstructured) Application {
	text := func(fields ...string) string {
		s, _, _ := unstructured.NestedString(o.Object, fields...) // absent is empty
		return s
	}
	a := Application{
		Name: o.GetName(), Sync: cmp.Or(text("status", "sync", "status"), "Unknown"), Health: cmp.Or(text("status", "health", "status"), "Unknown"),
		Revision: text("status", "sync", "revision"),
	}
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, condition := range conditions {
		if fields, ok := condition.(map[string]any); ok {
			a.Message = cmp.Or(a.Message, fmt.Sprint(fields["message"]))
		}
	}
	if a.Message == "" && !a.Settled() {
		a.Message = cmp.Or(text("status", "health", "message"), text("status", "operationState", "message"))
	}
	return a
}

// refresh asks Argo CD to look at Git now.
func (c *client) refresh(ctx context.Context, name string) error {
	const patch = `{"metadata":{"annotations":{"argocd.argoproj.io/refresh":"normal"}}}`
	_, err := c.dynamic.Resource(applicationResource).Namespace(argocdNamespace).Patch(ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: fieldManager})
	if err != nil {
		return fmt.Errorf("refreshing Application %s: %w", name, err)
	}
	return nil
}

// writeTable prints Applications, a line each.
func writeTable(w io.Writer, applications []Application) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "APPLICATION\tSYNC\tHEALTH\tMESSAGE")
	for _, a := range applications {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", a.Name, a.Sync, a.Health, oneLine(a.Message))
	}
	_ = table.Flush() // whoever reads it may have gone
}

// oneLine shortens a message to what fits beside the other columns.
func oneLine(message string) string {
	runes := []rune(strings.Join(strings.Fields(message), " "))
	const width = 100
	if len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return string(runes)
}

// board shows the Applications while they settle: on a terminal as a table that is
// drawn anew, elsewhere as a line for each change.
type board struct {
	out   io.Writer
	live  bool
	lines int
	last  map[string]Application
}

func newBoard(out io.Writer) *board {
	f, ok := out.(*os.File)
	return &board{out: out, live: ok && term.IsTerminal(int(f.Fd())), last: map[string]Application{}}
}

func (b *board) show(applications []Application) {
	if b.live {
		var text strings.Builder
		writeTable(&text, applications)
		if b.lines > 0 {
			fmt.Fprintf(b.out, "\x1b[%dA\x1b[J", b.lines)
		}
		b.lines = strings.Count(text.String(), "\n")
		fmt.Fprint(b.out, text.String())
		return
	}
	for _, a := range applications {
		if before := b.last[a.Name]; before.Sync != a.Sync || before.Health != a.Health {
			fmt.Fprintf(b.out, "%s  %-24s %-10s %-12s %s\n", time.Now().Format(time.TimeOnly), a.Name, a.Sync, a.Health, oneLine(a.Message))
		}
		b.last[a.Name] = a
	}
}
