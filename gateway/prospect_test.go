package gateway_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
)

// offered is an edit of the grant that holds for an app.
func offered(t *testing.T, d *gatewaytest.District, app string, edit apps.Edit) gateway.Offer {
	t.Helper()
	ctx := context.Background()
	holds, err := d.Apps.Grant(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := d.Apps.Keys(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	edited, err := edit.Apply(holds.Grant, keys)
	if err != nil {
		t.Fatal(err)
	}
	return gateway.Offer{Grant: &edited.Grant, Seen: edited.Seen}
}

// What another app has been given, and what was reviewed for it, is nothing of an app that
// is not added yet.
func TestOfAnAppThatIsNotAddedYetNothingIsReviewed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		preset, _ := presets.Find("amplify")
		grant := preset.Grant()
		home := catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "homeLanguage"}
		for _, seen := range [][]catalog.Member{nil, {home}} {
			got, err := d.Server.Prospect(context.Background(), gateway.NewApp, gateway.Offer{Grant: &grant, Seen: seen})
			if err != nil {
				t.Fatal(err)
			}
			demographics, open := got.Plan.Entity("demographics")
			if !open || len(demographics.Keys) != len(seen) || got.Records("users").IsEmpty() {
				t.Errorf("seen %v: %v of %d users", seen, demographics, got.Records("users").GetCardinality())
			}
		}
		none, err := d.Server.Prospect(context.Background(), gateway.NewApp, gateway.Offer{})
		if err != nil || len(none.Plan.Entities()) > 0 {
			t.Errorf("without an offer: %v, %v", none.Plan, err)
		}
	})
}

func TestAProspectIsWhatTheAppGetsOnceTheGrantIsSaved(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		edit := apps.Edit{Hide: []string{"users.email", "resources"}, Orgs: &policy.Among{Only: []string{"elm"}}}
		before, after, err := d.Server.Compare(context.Background(), "amplify", gateway.Offer{}, offered(t, d, "amplify", edit))
		if err != nil {
			t.Fatal(err)
		}
		if closes := after.Beside(before, "resources"); !closes.Closes || closes.Opens {
			t.Errorf("resources: %+v", closes)
		}
		c := d.As("amplify")
		counted := map[string]int{}
		for _, saved := range []bool{false, true} {
			prospect := before
			if saved {
				d.Edit("amplify", edit)
				prospect = after
			}
			for _, e := range catalog.Tables(catalog.V11) {
				entity, open := prospect.Plan.Entity(e.Plural)
				if !e.Served {
					continue
				}
				a := c.Get("/" + e.Plural + "?limit=1")
				if (a.Status == http.StatusOK) != open {
					t.Fatalf("%s: %d, in the plan: %t", e.Plural, a.Status, open)
				}
				if !open {
					continue
				}
				n, _ := strconv.Atoi(a.Header.Get("X-Total-Count"))
				if reached := prospect.Records(e.Plural).GetCardinality(); reached != uint64(n) {
					t.Errorf("%s: %d in prospect, %d are sent", e.Plural, reached, n)
				}
				if _, shows := entity.Field("email"); e.Plural == "users" && shows == saved {
					t.Errorf("users.email is in the plan: %t", shows)
				}
				if lost := after.Beside(before, e.Plural).Lost.GetCardinality(); saved && uint64(counted[e.Plural]-n) != lost {
					t.Errorf("%s: %d fewer are sent, %d were foreseen", e.Plural, counted[e.Plural]-n, lost)
				}
				counted[e.Plural] = n
			}
		}
	})
}

func TestAProspectOfAnUnknownAppIsNotFound(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		if _, err := d.Server.Prospect(context.Background(), "nobody", gateway.Offer{}); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

// Whatever is saved and imported meanwhile, the grant that holds does not differ from
// itself: both are looked at in one state.
func TestWhatIsComparedIsOfOneState(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		d := gatewaytest.StartWith(t, s, stamped(t, 0).Folder(t))
		people := newLoops()
		defer people.end()
		var saves, imports int64
		people.do(func() { saves++; d.Edit("eduready360", ticks(saves)) })
		people.do(func() {
			imports++
			if _, err := d.Intake.Import(context.Background(), stamped(t, imports).Folder(t), anyway()); err != nil {
				t.Error(err)
			}
		})
		for range 60 {
			before, after, err := d.Server.Compare(context.Background(), "eduready360", gateway.Offer{}, gateway.Offer{})
			if err != nil {
				t.Fatal(err)
			}
			if before.Plan.Fingerprint() != after.Plan.Fingerprint() || before.View.Snapshot != after.View.Snapshot {
				t.Fatal("what holds differs from what holds")
			}
			for _, e := range catalog.Tables(catalog.V11) {
				if d := after.Beside(before, e.Plural); d.Opens || d.Closes || !d.Gained.IsEmpty() || !d.Lost.IsEmpty() {
					t.Fatalf("%s: %+v", e.Plural, d)
				}
			}
		}
	})
}
