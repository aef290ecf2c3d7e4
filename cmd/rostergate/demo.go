package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/handout"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

// demoFile keeps the demo's credentials in its folder, so that a second start
// goes on with them.
const demoFile = "demo.json"

func demoCommand() *cobra.Command {
	d := sample.District{}
	var credentials string
	cmd := &cobra.Command{
		Use:     "demo",
		Short:   "Make a sample district, register four vendor apps and serve them",
		Example: "  rostergate demo\n  rostergate demo --data demo --students 5000 --credentials demo.json",
		RunE: untilStopped(func(cmd *cobra.Command, _ []string) error {
			s, err := read(cmd)
			if err != nil {
				return err
			}
			if !s.IsGiven("data") && s.IsGiven("database") {
				return usageError{errors.New("the demo of a database needs a folder that keeps its key and its credentials: name one with --data")}
			}
			if err := d.Check(); err != nil {
				return usageError{err}
			}
			if !s.IsGiven("data") {
				folder, err := os.MkdirTemp("", "rostergate-demo-")
				if err != nil {
					return fmt.Errorf("make a folder for the demo: %w", err)
				}
				defer os.RemoveAll(folder)
				s.Data = folder
			}
			return runDemo(cmd, s, d, credentials)
		}),
	}
	settings.Declare(cmd.Flags(), settings.Serving)
	cmd.Flags().IntVar(&d.Students, "students", 2000, "how many students")
	cmd.Flags().Uint64Var(&d.Seed, "seed", 1, "which district")
	cmd.Flags().StringVar(&credentials, "credentials", "", "file to write the credentials to when ready to serve")
	return cmd
}

func runDemo(cmd *cobra.Command, s settings.Settings, d sample.District, credentials string) error {
	ctx := cmd.Context()
	demo, err := openDemo(ctx, s, d)
	if err != nil {
		return err
	}
	defer demo.close()
	at, err := listen(ctx, s)
	if err != nil {
		return err
	}
	defer at.close()
	if err := demo.tellWhatHolds(cmd, d); err != nil {
		return err
	}
	access, err := demo.prepare(cmd)
	if err != nil {
		return err
	}
	public, err := demo.reachedAt(ctx, s, at.answers)
	if err != nil {
		return err
	}
	access.Locate(public)
	// Those who read the file may connect at once: the listener takes them in.
	if credentials != "" {
		if err := access.WriteFile(credentials); err != nil {
			return err
		}
	}
	states, err := demo.states(ctx)
	if err == nil {
		err = access.Show(cmd.OutOrStdout(), states)
	}
	if err != nil {
		return err
	}
	return demo.serve(ctx, s, at, access.BaseURL, cmd.ErrOrStderr())
}

// states are those of the apps, by id: somebody may have suspended one, or more.
func (demo *demoHouse) states(ctx context.Context) (map[string]apps.State, error) {
	all, err := demo.apps.List(ctx)
	states := map[string]apps.State{}
	for _, app := range all {
		states[app.ID] = app.State
	}
	return states, err
}

// tellWhatHolds says that a district that is there already is not made anew.
func (demo *demoHouse) tellWhatHolds(cmd *cobra.Command, d sample.District) error {
	asked := cmd.Flags().Changed("students") || cmd.Flags().Changed("seed")
	if mark := demo.mark; asked && (mark.Students != d.Students || mark.Seed != d.Seed) {
		return terminal.Say(cmd.ErrOrStderr(), "rostergate: the district of this demo was made before, with %s and seed %d, and stays: %s and seed %d are not applied. For another district name a folder that is not there yet (and an empty database, if any): rostergate demo --data FOLDER --students %d --seed %d\n",
			plural.Of(mark.Students, "student", "students"), mark.Seed, plural.Of(d.Students, "student", "students"), d.Seed, d.Students, d.Seed)
	}
	return nil
}

// prepare imports the district, registers the apps and keeps their credentials, unless
// that was done before: then all of it stays as it is.
func (demo *demoHouse) prepare(cmd *cobra.Command) (*handout.Handout, error) {
	access := demo.kept
	if access == nil {
		access = &handout.Handout{Demo: demo.mark.ID}
		if err := demo.fill(cmd, access); err != nil {
			return nil, err
		}
		if err := access.WriteFile(demo.path); err != nil {
			return nil, err
		}
	}
	if demo.mark.Made {
		return access, nil
	}
	demo.mark.Made = true
	return access, demo.apps.MarkDemo(cmd.Context(), demo.mark)
}

// fill makes what a demo shows.
func (demo *demoHouse) fill(cmd *cobra.Command, access *handout.Handout) error {
	if err := demo.importSample(cmd, sample.District{Students: demo.mark.Students, Seed: demo.mark.Seed}); err != nil {
		return err
	}
	for _, preset := range presets.All() {
		app, err := demo.demoApp(cmd.Context(), preset)
		if err != nil {
			return err
		}
		access.Apps = append(access.Apps, app)
	}
	return demo.demoPeople(cmd.Context(), access)
}

// demoPeople names the district and adds an admin and an auditor. Those whom an
// interrupted start left behind get new passwords.
func (h *house) demoPeople(ctx context.Context, access *handout.Handout) error {
	actor := byMe("").Actor
	err := h.people.SaveDistrict(ctx, people.District{Name: "Sample District", TimeZone: "America/Chicago"}, actor)
	if err != nil {
		return err
	}
	for role, p := range map[people.Role]*handout.Person{people.Admin: &access.Admin, people.Auditor: &access.Auditor} {
		p.Email, p.Password = string(role)+"@example.org", people.Password()
		_, token, err := h.people.Add(ctx, people.NewPerson{Email: p.Email, Role: role}, actor)
		if fault.Is(err, fault.Conflict) {
			token, err = h.people.InviteAgain(ctx, p.Email, actor)
		}
		if err == nil {
			_, err = h.people.Accept(ctx, token, people.Acceptance{Password: p.Password})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *house) importSample(cmd *cobra.Command, d sample.District) error {
	folder, err := os.MkdirTemp("", "rostergate-district-")
	if err != nil {
		return fmt.Errorf("make a folder for the district: %w", err)
	}
	defer os.RemoveAll(folder)
	if err := d.WriteDir(folder); err != nil {
		return err
	}
	_, report, err := h.importPackage(cmd, folder, intake.Options{}, false)
	if err != nil {
		return err
	}
	if report.Verdict != intake.Stored && report.Verdict != intake.Unchanged {
		return errors.Join(wording.Report(cmd.ErrOrStderr(), report), fault.New(fault.Conflict, "the sample district was %s; use an empty folder", report.Verdict))
	}
	return nil
}

// demoApp registers one app, enabled, and reviews for it what its preset brought:
// the district is a made-up one. One that an interrupted start left behind gets a
// new secret; if somebody suspended it meanwhile, it stays so.
func (h *house) demoApp(ctx context.Context, preset presets.Preset) (handout.App, error) {
	by := byMe("demo")
	app := handout.App{ID: preset.ID, Name: preset.Name}
	_, credentials, err := h.apps.Create(ctx, apps.NewApp{Preset: preset.ID}, by)
	if fault.Is(err, fault.Conflict) {
		credentials, err = h.apps.Rotate(ctx, preset.ID, by)
	}
	if err != nil {
		return app, err
	}
	app.ClientID, app.ClientSecret = credentials.ClientID, credentials.Secret
	found, err := h.apps.Show(ctx, preset.ID)
	if err != nil || found.State != apps.Pending {
		return app, err
	}
	wanted, err := h.wanted(ctx, preset.ID)
	if err != nil {
		return app, err
	}
	return app, h.apps.Enable(ctx, preset.ID, by, apps.MembersOf(wanted)...)
}
