package apps_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

func TestADeletedAppIsAStrangerAndOnlyTheRecordKnowsWhatItGot(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		lunch := roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "lunch", Present: true}
		d.seen(lunch)
		gone, stays := d.add("amplify"), d.add("alexandria")
		open := policy.Grant{Entities: map[string]policy.EntityGrant{"users": {Open: true, Metadata: true, Keys: []string{"lunch"}}}}
		for _, app := range []string{"amplify", "alexandria"} {
			_, err := d.SaveGrant(d.ctx, app, 1, open, ada, lunch.Member())
			d.check(err)
		}
		old, other := d.token(gone), d.token(stays)
		d.check(d.Delete(d.ctx, "amplify", ada))

		if _, err := d.Bearer(d.ctx, old); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("its token: %v", err)
		}
		if _, err := d.Authenticate(d.ctx, gone.ClientID, gone.Secret); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("its secret: %v", err)
		}
		if _, err := d.Show(d.ctx, "amplify"); !fault.Is(err, fault.NotFound) {
			t.Errorf("the app: %v", err)
		}
		if _, err := d.History(d.ctx, "amplify"); !fault.Is(err, fault.NotFound) {
			t.Errorf("its grants: %v", err)
		}
		if _, err := d.Bearer(d.ctx, other); err != nil {
			t.Errorf("the token of another app: %v", err)
		}
		if kept := d.reviewed("alexandria"); !slices.Equal(kept, []string{"lunch"}) {
			t.Errorf("the reviews for another app: %q", kept)
		}
		last := d.outbox()[len(d.outbox())-1]
		if last.Action != "app.delete" || last.App != "amplify" || last.After != "null" ||
			!strings.Contains(last.Before, `"version":2`) || !strings.Contains(last.Before, `"keys":["lunch"]`) || !strings.Contains(last.Before, `"state":"enabled"`) {
			t.Errorf("on record is %+v", last)
		}

		// Its id is nobody else's, for the record would say that another received what it did.
		again := apps.NewApp{Name: "Another vendor's", ID: "amplify"}
		for what, err := range map[string]error{"before": d.CheckNew(d.ctx, again), "in the end": failure(d.Create(d.ctx, again, ada))} {
			if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "deleted") {
				t.Errorf("its id is given again, %s: %v", what, err)
			}
		}
		if former, err := d.Former(d.ctx); err != nil || len(former) != 1 || former[0].ID != "amplify" {
			t.Errorf("deleted are %v, %v", former, err)
		}
	})
}

func failure(_ apps.App, _ apps.Credentials, err error) error { return err }

func TestAnEarlierGrantIsTheOneBeforeOrTheOneThatIsNamed(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		if _, _, err := d.Earlier(d.ctx, "amplify", 0); !fault.Is(err, fault.NotFound) {
			t.Errorf("before the first: %v", err)
		}
		for version := range int64(2) {
			_, err := d.SaveGrant(d.ctx, "amplify", version+1, policy.Grant{}, ada)
			d.check(err)
		}
		for asked, expected := range map[int64]int64{0: 2, 1: 1, 2: 2} {
			holds, earlier, err := d.Earlier(d.ctx, "amplify", asked)
			if err != nil || holds.Version != 3 || earlier.Version != expected {
				t.Errorf("asked for %d: %d holds, %d is before it, %v", asked, holds.Version, earlier.Version, err)
			}
		}
		for _, none := range []int64{3, 4, -1} {
			if _, _, err := d.Earlier(d.ctx, "amplify", none); !fault.Is(err, fault.NotFound) {
				t.Errorf("version %d: %v", none, err)
			}
		}
		if _, _, err := d.Earlier(d.ctx, "amplfy", 0); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "did you mean amplify") {
			t.Errorf("an unknown app: %v", err)
		}
	})
}

// What a list of names offers can be shared, and nothing that can be shared is missing.
func TestEveryShareableNameCanBeSharedAndNoCredentialIsOne(t *testing.T) {
	keys := []roster.Key{
		{Entity: "users", Bag: catalog.Metadata, Name: "lunch", Present: true},
		{Entity: "users", Bag: catalog.UserIDs, Name: "StateID", Present: true},
		{Entity: "demographics", Bag: catalog.Metadata, Name: "gone"},
	}
	var names []string
	for _, s := range apps.Shareables(keys) {
		names = append(names, s.Name)
		if _, err := (apps.Edit{Share: []string{s.Name}}).Apply(policy.Grant{}, keys); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	for _, expected := range []string{"users", "users.email", "users.metadata.lunch", "users.userIds.StateID", "demographics.metadata.gone"} {
		if !slices.Contains(names, expected) {
			t.Errorf("%s is missing", expected)
		}
	}
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			if name := e.Plural + "." + f.Name; slices.Contains(names, name) == (f.Class == catalog.Credential) {
				t.Errorf("%s, of the class %s, is a name: %t", name, f.Class, slices.Contains(names, name))
			}
		}
	}
}
