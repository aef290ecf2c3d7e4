package gatewaytest

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/secret"
)

// District is a district with its apps, and the first of its gateways.
type District struct {
	*Gateway

	Store       dbtest.Store
	Clock       *Clock
	Credentials map[string]apps.Credentials // as they were first given out, by app

	t        testing.TB
	key      secret.Key
	engine   *policy.Engine
	public   string  // the base of every href; a gateway's own address where empty
	rate     float64 // requests a second of each app, 0 for no limit
	patience time.Duration

	answerTime   time.Duration // that an answer may take, 0 for as long as in production
	answerMemory int64         // that answers may take, 0 for as much as in production
}

// Students is how many students the made-up district has. Their sourcedIds hold
// every character that is awkward in a URL, and two pairs differ only by case.
const Students = 60

// by is who sets the district up.
func by() apps.By { return apps.By{Actor: "cli:test"} }

// Start imports the made-up district, registers and enables the presets' apps,
// and starts a gateway. All of it is gone when the test ends.
func Start(t testing.TB, s dbtest.Store, settings ...Setting) *District {
	t.Helper()
	dir := dbtest.Folder(t)
	if err := (sample.District{Students: Students, Seed: 1}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	return StartWith(t, s, dir, settings...)
}

// StartWith is Start with a package of OneRoster CSV, a folder or a zip, in the
// place of the made-up district.
func StartWith(t testing.TB, s dbtest.Store, place string, settings ...Setting) *District {
	t.Helper()
	d := &District{Store: s, Clock: &Clock{}, Credentials: map[string]apps.Credentials{}, t: t}
	for _, set := range settings {
		set(d)
	}
	var err error
	if d.key, err = secret.New(rand.Reader); err != nil {
		t.Fatal(err)
	}
	d.engine = Engine(t)
	d.Gateway = d.open(s.DB, s.Ledger)
	d.Import(place)
	for _, preset := range presets.All() {
		d.Register(preset.ID, preset.ID)
	}
	return d
}

// compiled is the policy, compiled once in a process, as in production.
var compiled = sync.OnceValues(policy.New)

// Engine is the policy that every gateway of the process decides by.
func Engine(t testing.TB) *policy.Engine {
	t.Helper()
	engine, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// Import brings a package into the roster, however much it changes.
func (d *District) Import(place string) *intake.Report {
	d.t.Helper()
	report, err := d.Intake.Import(context.Background(), place, intake.Options{AcceptHold: true})
	if err != nil {
		d.t.Fatal(err)
	}
	if report.Verdict != intake.Stored {
		d.t.Fatalf("the package was %s: %+v", report.Verdict, report.Causes)
	}
	return report
}

// Register adds an app, enabled, with the grant of a preset. Whatever the preset
// brings is reviewed for it. It has former enrollments, too, and no ceiling, as an app of an
// earlier build: what a test sees must not depend on the day on which it runs, and tests give
// it more than its vendor asks for.
func (d *District) Register(id, preset string) {
	d.t.Helper()
	ctx := context.Background()
	keys, err := roster.Keys(d.DB.Read)
	if err != nil {
		d.t.Fatal(err)
	}
	brings, _ := presets.Find(preset)
	_, credentials, err := d.Apps.Create(ctx, apps.NewApp{ID: id, Preset: preset}, by(), apps.MembersOf(apps.Waiting(brings.Grant(), keys))...)
	if err == nil {
		err = d.keepFormer(ctx, id)
	}
	if err == nil {
		err = d.Apps.Enable(ctx, id, by())
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.Credentials[id] = credentials
}

// keepFormer is what an upgrade made of the grants that there were.
func (d *District) keepFormer(ctx context.Context, id string) error {
	saved, err := d.Apps.Grant(ctx, id)
	if err != nil {
		return err
	}
	saved.Grant.Scope.Former = true
	if err := d.DB.Write.Model(&apps.App{}).Where("id = ?", id).Update("ceiling", false).Error; err != nil {
		return err
	}
	return d.DB.Write.Model(&apps.SavedGrant{App: id, Version: 1}).Select("Grant").Updates(saved).Error
}
