package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/wording"
)

// markFlags are the flags of approvals sensitive, before they are understood.
type markFlags struct {
	classes, categories, names, apps terminal.Names
	pageOnly                         string
}

func approvalsSensitive() *cobra.Command {
	var f markFlags
	cmd := &cobra.Command{
		Use: "sensitive", Short: "Show or say what is sensitive, so that changes which give it wait",
		Long: "Without flags it shows what the district marks as sensitive. Each flag takes the whole list in the place of the one\n" +
			"that holds, '' for nothing. What takes no mark away holds at once; what does waits for another admin itself.",
		Example: "  rostergate approvals sensitive\n  rostergate approvals sensitive --classes special,unclassified --names users.phone,demographics --reason 'the board decided so'",
	}
	listFlag(cmd, &f.classes, "classes", "classes of fields and metadata keys: special, personal, contact, directory, unclassified")
	listFlag(cmd, &f.categories, "categories", "categories of the NDPA's Exhibit B, as rostergate fields names them")
	listFlag(cmd, &f.names, "names", "fields, metadata keys, types of userIds and whole entities: users.phone, demographics.metadata.homeLanguage, demographics")
	listFlag(cmd, &f.apps, "apps", "apps of which whatever they gain is sensitive")
	cmd.Flags().StringVar(&f.pageOnly, "page-only", "", "on or off: only an admin who is signed in approves, nobody at a command line")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		held, err := h.desk().Marks(cmd.Context())
		if err != nil {
			return err
		}
		wanted, err := f.marks(cmd, held.Marks)
		if err != nil {
			return err
		}
		if wanted.Loosens(held.Marks) || held.Marks.Loosens(wanted) {
			if held, err = h.desk().SaveMarks(cmd.Context(), held.Version, wanted, byMe(*reason)); err != nil {
				return err
			}
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), held)
		}
		return terminal.Say(cmd.OutOrStdout(), "marked as sensitive, by version %d: %s\n", held.Version, wording.Marks(held.Marks))
	})
	return cmd
}

// marks are those that hold, with the lists that were given in their place.
func (f markFlags) marks(cmd *cobra.Command, m waiting.Marks) (waiting.Marks, error) {
	given := func(flag string) bool { return cmd.Flags().Changed(flag) }
	if given("classes") {
		m.Classes = nil
		for _, written := range named(f.classes) {
			class, err := waiting.FindClass(written)
			if err != nil {
				return m, err
			}
			m.Classes = append(m.Classes, class)
		}
	}
	if given("categories") {
		m.Categories = []catalog.Category{}
		for _, written := range named(f.categories) {
			category, err := apps.FindCategory(written)
			if err != nil {
				return m, err
			}
			m.Categories = append(m.Categories, category)
		}
	}
	if given("names") {
		m.Names = named(f.names)
	}
	if given("apps") {
		m.Apps = named(f.apps)
	}
	on, err := onOff("page-only", f.pageOnly)
	if on != nil {
		m.PageOnly = *on
	}
	return m, err
}

// named are the names of a list, none of an empty one.
func named(n terminal.Names) (all []string) {
	for _, name := range n.List {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}
