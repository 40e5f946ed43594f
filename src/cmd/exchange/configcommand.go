package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
)

func configCommand(streams Streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "config",
		Short: "List the environment variables that configure the exchange",
		Long: `List the environment variables that configure the exchange.

The JSON form names, for each variable, its type, its default, whether it is
required and secret, and the subcommands that read it, so that manifests can be
checked against it. No value of the environment is shown.`,
		Args: command.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			list := variables(&Config{})
			switch format {
			case "text":
				return writeTable(streams.Out, list)
			case "json":
				encoder := json.NewEncoder(streams.Out)
				encoder.SetEscapeHTML(false)
				encoder.SetIndent("", "  ")
				return encoder.Encode(list)
			}
			return command.Usage(fmt.Errorf("--format %q: must be text or json", format))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// writeTable shows a variable a line: what stands in the place of a default says
// that there is none.
func writeTable(out io.Writer, list []Variable) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tTYPE\tDEFAULT\tSECRET\tREAD BY\tMEANING")
	for _, v := range list {
		standard := v.Default
		switch {
		case v.Required:
			standard = "(required)"
		case standard == "":
			standard = "(empty)"
		}
		secret := "no"
		if v.Secret {
			secret = "yes"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", v.Name, v.Type, standard, secret, strings.Join(v.Commands, ","), v.Meaning)
	}
	return w.Flush()
}
