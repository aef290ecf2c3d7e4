package apps_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
)

// sealed begins a store that keeps to its key.
func (d district) sealed() district {
	d.t.Helper()
	d.check(d.CheckKey(d.ctx))
	return d
}

// with is the registry of another process, which holds another key.
func (d district) with(key secret.Key) district {
	other := *d.Registry
	other.Key = key
	d.Registry = &other
	return d
}

// changes are the changes on record, oldest first.
func (d district) changes() []audit.Entry {
	d.t.Helper()
	ledger := audit.Open(d.store.Ledger, d.store.DB, d.clock.read)
	defer ledger.Close()
	if _, err := ledger.Sequence(d.ctx); err != nil {
		d.t.Fatal(err)
	}
	var all []audit.Entry
	d.check(ledger.Changes(d.ctx, audit.Question{}, func(e audit.Entry) error {
		all = append(all, e)
		return nil
	}))
	return all
}

func TestAStoreThatIsSealedAnewKeepsSecretsTokensAndTheWorkKey(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.sealed()
		one, two := d.add("amplify"), d.add("schoolinks")
		d.check(d.Suspend(d.ctx, "schoolinks", ada))
		token := d.token(one)
		first, before := must[secret.Key](t)(d.WorkKey(d.ctx)), d.stamp()
		for range 2 { // and again, when the work key is sealed itself
			next := newKey(t)
			old := d.Key.ID()
			d.check(d.Rekey(d.ctx, next, ada))
			d = d.with(next)
			d.check(d.CheckKey(d.ctx))
			d.check(d.HoldsKey(d.DB.Read))
			if work := must[secret.Key](t)(d.WorkKey(d.ctx)); work.ID() != first.ID() {
				t.Errorf("the work key is %s, and was %s", work.ID(), first.ID())
			}
			for app, c := range map[string]apps.Credentials{"amplify": one, "schoolinks": two} {
				known, _, err := d.ConsumerSecret(d.ctx, c.ClientID)
				if known != c.Secret || err != nil && app != "schoolinks" {
					t.Errorf("%s has another secret: %v", app, err)
				}
			}
			if caller, err := d.Bearer(d.ctx, token); err != nil || caller.App != "amplify" {
				t.Errorf("the token is %+v, %v", caller, err)
			}
			last := lastOf(d.changes())
			if last.Action != "key.replace" || last.Actor != ada.Actor || last.Reason != ada.Reason ||
				!mentions(last.Before, old) || !mentions(last.After, next.ID()) {
				t.Errorf("on record is %s by %s, %s to %s", last.Action, last.Actor, last.Before, last.After)
			}
			d.unsealed(old)
		}
		if now := d.stamp(); now.Permission != before.Permission+2 || now.Epoch != before.Epoch || now.Generation != before.Generation {
			t.Errorf("the stamp moved from %+v to %+v", before, now)
		}
	})
}

func lastOf(all []audit.Entry) audit.Entry { return all[len(all)-1] }

func mentions(v any, text string) bool {
	content, err := json.Marshal(v)
	return err == nil && (strings.Contains(string(content), text) || strings.Contains(fmt.Sprintf("%s", v), text))
}

// unsealed fails where any cell of the store begins as what a key sealed does, in bytes or
// in base64, whatever table it is in.
func (d district) unsealed(id string) {
	d.t.Helper()
	raw, err := hex.DecodeString(id)
	d.check(err)
	text := []byte(base64.StdEncoding.EncodeToString(raw)[:10]) // 60 of its 64 bits
	for _, table := range must[[]string](d.t)(d.DB.Read.Migrator().GetTables()) {
		var rows []map[string]any
		d.check(d.DB.Read.Table(table).Find(&rows).Error)
		for _, row := range rows {
			for column, cell := range row {
				for _, beginning := range [][]byte{raw, text} {
					if bytes.HasPrefix([]byte(fmt.Sprintf("%s", cell)), beginning) {
						d.t.Errorf("%s.%s is sealed with the key %s", table, column, id)
					}
				}
			}
		}
	}
}

func TestWithoutTheOldKeyEveryAppGetsNewSecretsOnRecord(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.sealed()
		was := map[string]apps.Credentials{"amplify": d.add("amplify"), "schoolinks": d.add("schoolinks")}
		d.check(d.Suspend(d.ctx, "schoolinks", ada))
		_, pending, err := d.Create(d.ctx, apps.NewApp{Preset: "alexandria"}, ada)
		d.check(err)
		was["alexandria"] = pending
		token := d.token(was["amplify"])
		old, before, said := d.Key.ID(), d.stamp(), len(d.changes())
		d.check(d.Rekey(d.ctx, newKey(t), ada)) // the work key is sealed, and lost too
		d = d.with(newKey(t))
		wantFault(t, d.CheckKey(d.ctx), fault.Invalid)
		made := must[map[string]apps.Credentials](t)(d.RekeyLost(d.ctx, ada))
		d.check(d.CheckKey(d.ctx))
		if len(made) != 3 {
			t.Errorf("%d apps got new credentials", len(made))
		}
		for app, c := range was {
			if c.ClientID == made[app].ClientID || c.Secret == made[app].Secret {
				t.Errorf("%s has the same credentials", app)
			}
			_, err := d.Authenticate(d.ctx, c.ClientID, c.Secret)
			wantFault(t, err, fault.Unauthenticated)
			known, _, _ := d.ConsumerSecret(d.ctx, made[app].ClientID)
			if known != made[app].Secret {
				t.Errorf("the new secret of %s does not work", app)
			}
		}
		_, err = d.Bearer(d.ctx, token)
		wantFault(t, err, fault.Unauthenticated)
		for app, state := range map[string]apps.State{"amplify": apps.Enabled, "schoolinks": apps.Suspended, "alexandria": apps.Pending} {
			if shown := must[apps.Overview](t)(d.Show(d.ctx, app)); shown.State != state {
				t.Errorf("%s is %s, and was %s", app, shown.State, state)
			}
		}
		if work := must[secret.Key](t)(d.WorkKey(d.ctx)); work.ID() != d.Key.ID() {
			t.Errorf("the work key is %s", work.ID())
		}
		if now := d.stamp(); now.Permission <= before.Permission || now.Epoch == before.Epoch {
			t.Errorf("the stamp moved from %+v to %+v", before, now)
		}
		var rotated []string
		for _, e := range d.changes()[said:] {
			if e.Action == "app.rotate" {
				rotated = append(rotated, e.App)
			}
			if e.Actor != ada.Actor {
				t.Errorf("on record is %s by %s", e.Action, e.Actor)
			}
		}
		if got := strings.Join(rotated, " "); got != "alexandria amplify schoolinks" {
			t.Errorf("rotated on record are %s", got)
		}
		if last := lastOf(d.changes()); last.Action != "key.replace" || !mentions(last.After, d.Key.ID()) || mentions(last, made["amplify"].Secret) {
			t.Errorf("on record is %s by %s, %s to %s", last.Action, last.Actor, last.Before, last.After)
		}
		d.unsealed(old)
	})
}

func TestAProcessWithTheOldKeySealsAndOpensNothingMore(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.sealed()
		c := d.add("amplify")
		next := newKey(t)
		d.check(d.Rekey(d.ctx, next, ada))
		wantFault(t, d.HoldsKey(d.DB.Read), fault.Unavailable)
		_, err := d.Authenticate(d.ctx, c.ClientID, c.Secret)
		wantFault(t, err, fault.Unavailable)
		_, err = d.Rotate(d.ctx, "amplify", ada)
		wantFault(t, err, fault.Unavailable)
		_, _, err = d.Create(d.ctx, apps.NewApp{Preset: "schoolinks"}, ada)
		wantFault(t, err, fault.Unavailable)
		d.check(d.Suspend(d.ctx, "amplify", ada)) // which needs no key
		d.check(d.with(next).CheckKey(d.ctx))
		if all := must[[]apps.App](t)(d.List(d.ctx)); len(all) != 1 {
			t.Errorf("there are %d apps", len(all))
		}
	})
}

func TestAKeyIsReplacedByWhoHasTheStoresOwn(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		wantFault(t, d.Rekey(d.ctx, newKey(t), ada), fault.Conflict) // no key yet
		d.sealed()
		d.add("amplify")
		before := d.stamp()
		wantFault(t, d.Rekey(d.ctx, d.Key, ada), fault.Conflict)
		wantFault(t, d.with(newKey(t)).Rekey(d.ctx, newKey(t), ada), fault.Conflict)
		if _, err := d.RekeyLost(d.ctx, ada); !fault.Is(err, fault.Conflict) {
			t.Errorf("losing a key that is there: %v", err)
		}
		if err := d.Rekey(d.ctx, secret.Key{}, ada); err == nil {
			t.Error("no key at all replaced it")
		}
		if err := d.Rekey(d.ctx, newKey(t), apps.By{}); err == nil {
			t.Error("nobody replaced it")
		}
		if now := d.stamp(); now != before {
			t.Errorf("the stamp moved from %+v to %+v", before, now)
		}
		d.check(d.CheckKey(d.ctx))
	})
}

// A secret that is made while the store is sealed anew is sealed with one key or the
// other, and opens.
func TestSecretsThatAreMadeMeanwhileOpenAfterwards(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.sealed()
		d.add("amplify")
		d.add("schoolinks")
		next := newKey(t)
		made := map[string]apps.Credentials{}
		var mu sync.Mutex
		var all sync.WaitGroup
		start := make(chan struct{})
		for _, app := range []string{"amplify", "schoolinks"} {
			all.Go(func() {
				<-start
				for {
					c, err := d.Rotate(d.ctx, app, ada)
					if err != nil {
						wantFault(t, err, fault.Unavailable)
						return
					}
					mu.Lock()
					made[app] = c
					mu.Unlock()
				}
			})
		}
		close(start)
		d.check(d.Rekey(d.ctx, next, ada))
		all.Wait()
		renewed := d.with(next)
		for app, c := range made {
			if _, err := renewed.Authenticate(d.ctx, c.ClientID, c.Secret); err != nil {
				t.Errorf("the last secret of %s: %v", app, err)
			}
		}
		d.unsealed(d.Key.ID())
	})
}
