package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/cmd/rostergate/questions"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

func fieldsCommand() *cobra.Command {
	var entity string
	cmd := &cobra.Command{
		Use:   "fields",
		Short: "List every name that grants set --share takes",
		Long: "Lists every name that grants set --share takes: entities, their fields, and the metadata keys and types of\n" +
			"userIds that imports have brought.",
		Example: "  rostergate fields\n  rostergate fields --entity demographics --json",
	}
	cmd.Flags().StringVar(&entity, "entity", "", "of one entity: users")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		keys, err := roster.Keys(h.Store.Read.WithContext(cmd.Context()))
		if err != nil {
			return err
		}
		named := []nameLine{}
		for _, s := range apps.Shareables(keys) {
			if entity == "" || s.Entity.Plural == entity {
				named = append(named, newNameLine(s))
			}
		}
		if len(named) == 0 {
			return questions.UnknownName(entity, nil)
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), named)
		}
		t := terminal.Table{Lines: terminal.Lines{Out: cmd.OutOrStdout()}, Format: "%-60v %-7v %v\n", Heading: []string{"name", "kind", "what it is"}}
		for _, n := range named {
			t.Row(terminal.AsGiven(n.Name), n.Kind, n.Says)
		}
		return t.Err
	})
	return cmd
}

// nameLine is a name and what it stands for.
type nameLine struct {
	Name    string `json:"name"`
	Entity  string `json:"entity"`
	Kind    string `json:"kind"`              // entity, field, key or type
	Class   string `json:"class,omitempty"`   // of a field
	Only    string `json:"only,omitempty"`    // of a field: the one version of OneRoster that has it
	Present *bool  `json:"present,omitempty"` // of a key or type: whether the roster has it now
	Says    string `json:"-"`
}

func newNameLine(s apps.Shareable) nameLine {
	n := nameLine{Name: s.Name, Entity: s.Entity.Plural, Kind: s.Kind()}
	switch {
	case s.Field.Name != "":
		n.Class = string(s.Field.Class)
		n.Says = strings.TrimSpace(n.Class + "  " + s.Field.Label)
		if names := s.Field.Versions.Names(); len(names) == 1 {
			n.Only = names[0]
			n.Says += ", OneRoster " + n.Only + " only"
		}
	case s.Key.Name != "":
		n.Present, n.Says = &s.Key.Present, "first seen "+string(s.Key.FirstSeen)
		if !s.Key.Present {
			n.Says += ", gone since " + string(s.Key.LastSeen)
		}
	}
	return n
}
