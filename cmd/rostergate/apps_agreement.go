package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

// agreementFlags are the flags of apps agreement, before they are understood.
type agreementFlags struct {
	start, end, basis, contact string
	categories                 terminal.Names
}

func appsAgreement() *cobra.Command {
	var f agreementFlags
	cmd := &cobra.Command{
		Use:   "agreement APP",
		Short: "Show or keep what was agreed with an app's vendor",
		Long: "Shows what was agreed with an app's vendor, or keeps it, by the flags that are given. An agreement hides\n" +
			"nothing: what an app is granted beyond it is said here, by grants show and on the pages.",
		Example: "  rostergate apps agreement amplify --start 2026-07-01 --end 2027-06-30 --legal-basis 'school official exception'\n" +
			"  rostergate apps agreement amplify --contact privacy@amplify.example --categories student-name,schedule,enrollment",
	}
	flags := cmd.Flags()
	flags.StringVar(&f.start, "start", "", "the first day of the agreement, YYYY-MM-DD, or unknown")
	flags.StringVar(&f.end, "end", "", "the last day of the agreement, YYYY-MM-DD, or never")
	flags.StringVar(&f.basis, "legal-basis", "", "by what right the data is shared")
	flags.StringVar(&f.contact, "contact", "", "whom to ask at the vendor")
	listFlag(cmd, &f.categories, "categories", "the categories of the NDPA's Exhibit B that were agreed, or none")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		agreed, changes, err := f.over(cmd, app.Agreement)
		if err != nil {
			return err
		}
		if changes {
			if agreed, err = h.apps.SaveAgreement(cmd.Context(), app.ID, agreed, byMe(*reason)); err != nil {
				return err
			}
		}
		told := wording.AgreementOf(agreed, app.Grant.Grant)
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), told)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		wording.Agreement(w, told)
		return w.Err
	})
	return cmd
}

// over is the agreement as the flags have it, over the one that holds, and whether any
// flag was given.
func (f agreementFlags) over(cmd *cobra.Command, agreed apps.Agreement) (apps.Agreement, bool, error) {
	changes := false
	for _, one := range []struct {
		flag, value, none string
		to                *string
	}{{"start", f.start, "unknown", &agreed.Start}, {"end", f.end, "never", &agreed.End}, {"legal-basis", f.basis, "", &agreed.Basis}, {"contact", f.contact, "", &agreed.Contact}} {
		if !cmd.Flags().Changed(one.flag) {
			continue
		}
		changes, *one.to = true, one.value
		if one.value == one.none {
			*one.to = ""
		}
	}
	if !cmd.Flags().Changed("categories") {
		return agreed, changes, nil
	}
	agreed.Categories = nil
	for _, word := range f.categories.List {
		if word == "none" && len(f.categories.List) == 1 {
			break
		}
		category, err := apps.FindCategory(word)
		if err != nil {
			return agreed, true, err
		}
		agreed.Categories = append(agreed.Categories, category)
	}
	return agreed, true, nil
}
