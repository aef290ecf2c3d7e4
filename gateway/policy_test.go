package gateway_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// hiding is a policy that hides one name, with its test.
func hiding(name string) rego.Source {
	return rego.Source{
		"policy.rego":      "package rostergate.app\n\nhide contains \"" + name + "\"\n",
		"policy_test.rego": "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_it_is_hidden if \"" + name + "\" in app.hide\n",
	}
}

// rule saves the policy of an app, or takes it away where there are no files.
func rule(t *testing.T, g *gatewaytest.Gateway, engine *policy.Engine, app string, files rego.Source) {
	t.Helper()
	ctx, by := context.Background(), apps.By{Actor: "cli:test"}
	holds, err := g.Apps.Policy(ctx, app)
	if err == nil && len(files) == 0 {
		_, err = g.Apps.RemovePolicy(ctx, app, holds.Version, by)
	} else if err == nil {
		_, _, err = g.Apps.SavePolicy(ctx, engine, app, holds.Version, files, by)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestAProspectOfAPolicyIsWhatTheAppGetsOnceItIsSaved(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		offer := gateway.Offer{Policy: &policy.Own{Files: hiding("users.email")}}
		none := gateway.Offer{Policy: &policy.Own{}}
		shares := func(o gateway.Offer) bool {
			got, err := d.Server.Prospect(context.Background(), "amplify", o)
			if err != nil {
				t.Fatal(err)
			}
			users, _ := got.Plan.Entity("users")
			_, shown := users.Field("email")
			return shown
		}
		if !shares(gateway.Offer{}) || !shares(none) || shares(offer) {
			t.Errorf("before it is saved: %t, %t, %t", shares(gateway.Offer{}), shares(none), shares(offer))
		}
		rule(t, d.Gateway, gatewaytest.Engine(t), "amplify", offer.Policy.Files)
		if shares(gateway.Offer{}) || !shares(none) || shares(offer) {
			t.Errorf("once it is saved: %t, %t, %t", shares(gateway.Offer{}), shares(none), shares(offer))
		}
		_, after, err := d.Server.Compare(context.Background(), "amplify", none, gateway.Offer{Policy: &policy.Own{Files: hiding("users")}})
		if err != nil {
			t.Fatal(err)
		}
		if reached := after.Records("users").GetCardinality(); reached != 0 {
			t.Errorf("%d users are reached without users", reached)
		}
	})
}

func TestAPreviewOfAPolicyThatIsNotSavedSaysSoOnRecord(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		student := d.Known("users")[0]
		shown := preview(t, d.Gateway, gateway.PreviewRequest{App: "amplify", Entity: "users", Record: student, Policy: &policy.Own{Files: hiding("users")}})
		if shown.Status != http.StatusForbidden {
			t.Errorf("without users the answer is %d", shown.Status)
		}
		shown = preview(t, d.Gateway, gateway.PreviewRequest{App: "amplify", Entity: "users", Record: student, Policy: &policy.Own{Files: hiding("users.familyName")}})
		if e := d.Entries(shown.RequestID)[0]; e.Reason != "the policy was not saved" {
			t.Errorf("the ledger says %q", e.Reason)
		}
		if d.As("amplify").One("users", student).Records()[0]["familyName"] == nil {
			t.Error("looking changed what the app gets")
		}
	})
}

// One app's policy is nothing to another, whatever both are called by, and it holds on
// every replica from the very next answer on, as its end does.
func TestThePolicyOfAnAppHoldsForNoOtherAndForTheVeryNextAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.Start(t, s)
		elsewhere, engine := d.Replica(), gatewaytest.Engine(t)
		amplify, alexandria := d.As("amplify"), d.As("alexandria")
		student := d.Known("users")[0]
		sees := func(c *gatewaytest.Client, member string) bool {
			return c.One("users", student).Records()[0][member] != nil
		}
		for range 3 {
			rule(t, elsewhere, engine, "amplify", hiding("users.familyName"))
			rule(t, elsewhere, engine, "alexandria", hiding("users.givenName"))
			if sees(amplify, "familyName") || !sees(amplify, "givenName") || !sees(alexandria, "familyName") || sees(alexandria, "givenName") {
				t.Fatal("a policy does not hold, or holds for another app")
			}
			rule(t, elsewhere, engine, "amplify", nil)
			rule(t, elsewhere, engine, "alexandria", nil)
			if !sees(amplify, "familyName") || !sees(alexandria, "givenName") {
				t.Fatal("what was removed still holds")
			}
		}
	})
}

// While policies are saved without a pause, no answer has what the policy that held when it
// began forbids: each of the two policies hides another name, so that one is always hidden.
func TestPoliciesAreReloadedUnderLoad(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, "sqlite"))
	engine, student := gatewaytest.Engine(t), d.Known("users")[0]
	rule(t, d.Gateway, engine, "amplify", hiding("users.familyName"))
	token := d.Token("amplify")
	var over atomic.Bool
	var answers atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for !over.Load() {
				a := d.Bearer(token).One("users", student)
				if a.Status != http.StatusOK {
					t.Errorf("an answer is %d", a.Status)
					return
				}
				answers.Add(1)
				record := a.Records()[0]
				if record["familyName"] != nil && record["givenName"] != nil {
					t.Error("an answer obeys no policy")
				}
			}
		})
	}
	for i := range 20 {
		rule(t, d.Gateway, engine, "amplify", hiding([]string{"users.givenName", "users.familyName"}[i%2]))
	}
	over.Store(true)
	all.Wait()
	if answers.Load() < 20 {
		t.Errorf("only %d answers", answers.Load())
	}
}
