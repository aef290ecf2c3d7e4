package approvals_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/waiting"
)

var (
	ada = apps.By{Actor: "ada@district.example", Reason: "contract 12 was signed"}
	ben = apps.By{Actor: "ben@district.example", Reason: "read contract 12"}
)

// rules compiles the engine once for all tests.
var rules = sync.OnceValues(policy.New)

// district is a store with a small roster, two enabled apps, and a desk.
type district struct {
	*approvals.Desk
	t     testing.TB
	ctx   context.Context
	store dbtest.Store
	apps  *apps.Registry
	out   *optouts.Registry
	left  map[string]string // who may ask for nothing any more, and why
}

func each(t *testing.T, fn func(t *testing.T, d district)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		key, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		d := district{t: t, ctx: t.Context(), store: s}
		d.apps = &apps.Registry{DB: s.DB, Key: key, Clock: time.Now, Rand: rand.Reader, Engine: rules}
		d.out = &optouts.Registry{DB: s.DB, Apps: d.apps, Clock: time.Now}
		d.left = map[string]string{}
		d.Desk = &approvals.Desk{DB: s.DB, Apps: d.apps, OptOuts: d.out, Clock: time.Now, Standing: func(_ *gorm.DB, actor string) (string, error) { return d.left[actor], nil }}
		rooms := rostertest.Open(s.DB, s.Ledger, time.Now)
		_, err = rooms.Import(d.ctx, rostertest.Read(t, "../roster/testdata/base.txtar").Folder(t), intake.Options{AcceptHold: true})
		d.check(err)
		for _, id := range []string{"alexandria", "schoolinks"} {
			_, _, err := d.apps.Create(d.ctx, apps.NewApp{ID: id, Preset: id}, ada)
			d.check(err)
			// What the tests mark is nothing that a vendor asks for: as of an app of before ceilings.
			d.check(s.DB.Write.Model(&apps.App{}).Where("id = ?", id).Update("ceiling", false).Error)
			d.check(d.apps.Enable(d.ctx, id, ada))
		}
		fn(t, d)
	})
}

func (d district) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d district) want(err error, kind fault.Kind) {
	d.t.Helper()
	if !fault.Is(err, kind) {
		d.t.Errorf("the error is %v; want the fault %q", err, kind)
	}
}

// mark marks more than there was.
func (d district) mark(marks waiting.Marks) {
	d.t.Helper()
	held, err := d.Marks(d.ctx)
	d.check(err)
	_, err = d.SaveMarks(d.ctx, held.Version, marks, ada)
	d.check(err)
}

// set edits the grant of an app, as ada.
func (d district) set(app string, edit apps.Edit) error {
	d.t.Helper()
	holds, err := d.apps.Grant(d.ctx, app)
	d.check(err)
	keys, err := d.apps.Keys(d.ctx, app)
	d.check(err)
	edited, err := edit.Apply(holds.Grant, keys)
	d.check(err)
	_, err = d.apps.SaveGrant(d.ctx, app, holds.Base(), edited.Grant, ada, edited.Seen...)
	return err
}

// waits is the change that an error says waits.
func (d district) waits(err error) waiting.Change {
	d.t.Helper()
	var waits *apps.Waits
	if !errors.As(err, &waits) {
		d.t.Fatalf("the error is %v; want a change that waits", err)
	}
	return waits.Change
}

// gets reports whether an app is shown a field now.
func (d district) gets(app, name string) bool {
	d.t.Helper()
	return slices.Contains(d.shared(app), name)
}

func (d district) shared(app string) []string {
	d.t.Helper()
	in, err := apps.ReadInput(d.store.DB.Read, app)
	d.check(err)
	all, err := d.apps.List(d.ctx)
	d.check(err)
	for _, one := range all {
		if one.ID == app {
			in.App.State = string(one.State)
		}
	}
	in.TokenScopes, in.Now = catalog.TokenScopes(), time.Now()
	engine, err := rules()
	d.check(err)
	decision, err := engine.Decide(d.ctx, in)
	d.check(err)
	return waiting.SharedNames(decision)
}

func (d district) stamp() revision.Stamp {
	d.t.Helper()
	stamp, err := revision.Read(d.store.DB.Read)
	d.check(err)
	return stamp
}

// recorded lists what the ledger is told from here on: action, actor, subject and reason.
func (d district) recorded(actions ...string) (all []string) {
	d.t.Helper()
	rows, err := d.store.DB.Read.Raw("SELECT action, actor, subject, reason, after FROM outbox ORDER BY id").Rows()
	d.check(err)
	defer rows.Close()
	for rows.Next() {
		var action, actor, subject, reason, after string
		d.check(rows.Scan(&action, &actor, &subject, &reason, &after))
		if slices.Contains(actions, action) {
			all = append(all, fmt.Sprintf("%s by %s, %s: %s %s", action, actor, subject, reason, after))
		}
	}
	d.check(rows.Err())
	return all
}

// brings tells the roster of a key that an import found and nobody reviewed.
func (d district) brings(keys ...string) {
	d.t.Helper()
	for _, name := range keys {
		k := roster.Key{Entity: "demographics", Bag: catalog.Metadata, Name: name, Present: true, FirstSeen: "2026-08-01T00:00:00.000Z", LastSeen: "2026-08-01T00:00:00.000Z"}
		d.check(d.store.DB.Write.Create(&k).Error)
	}
}

// approve approves what a change comes to now, as ben.
func (d district) approve(c waiting.Change, ticked ...approvals.Tick) error {
	d.t.Helper()
	shown, err := d.Show(d.ctx, c.Number)
	d.check(err)
	return d.Approve(d.ctx, c.Number, approvals.Approval{Effect: shown.Effects.Print, Ticked: ticked}, ben)
}

// hides is a policy that hides fields, with its test.
func hides(names ...string) rego.Source {
	quoted := `"` + strings.Join(names, `", "`) + `"`
	return rego.Source{
		"app.rego":      "package rostergate.app\n\n# METADATA\n# title: too_much\n# description: It needs none of it.\nhide contains name if some name in [" + quoted + "]\n",
		"app_test.rego": "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_it if \"" + names[0] + "\" in app.hide\n",
	}
}

// withAgreement is a guardrail of the district's own: no phone without an agreement.
func withAgreement() rego.Source {
	return rego.Source{
		"rule.rego":      "package rostergate.guardrail\n\n# METADATA\n# title: no_agreement\n# description: Sign an agreement first.\nhide contains \"users.phone\" if not input.agreement.in_force\n",
		"rule_test.rego": "package rostergate.guardrail_test\n\nimport data.rostergate.guardrail\n\ntest_it if \"users.phone\" in guardrail.hide with input as {\"agreement\": {\"in_force\": false}}\n",
	}
}
