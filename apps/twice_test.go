package apps_test

import (
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
)

func TestAVersionThatIsGivenTwiceIsNotTheOneThatAPersonLookedAt(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.add("schoolinks")
		standby := d.store.Standby(t)
		lost, err := d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
		if err != nil { // the connection was closed for the copy
			lost, err = d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
		}
		d.check(err)
		standby.TakeOver(t)
		_, _ = d.Grant(d.ctx, "amplify") // notices that the connections are gone
		again, err := d.SaveGrant(d.ctx, "amplify", 1, policy.Grant{}, ada)
		d.check(err)
		if lost.Version != again.Version || apps.VersionOf(lost.Base()) != lost.Version {
			t.Fatalf("the versions %d and %d are to be the same", lost.Version, again.Version)
		}
		if _, err := d.SaveGrant(d.ctx, "amplify", lost.Base(), full(), ada); !fault.Is(err, fault.Conflict) {
			t.Errorf("a save of the version that was lost: %v, wanted a conflict", err)
		}
		copying := apps.Copying{From: "amplify", To: "schoolinks", FromVersion: lost.Base(), ToVersion: 1}
		if _, err := d.CopyGrant(d.ctx, copying, ada); !fault.Is(err, fault.Conflict) {
			t.Errorf("a copy of the version that was lost: %v, wanted a conflict", err)
		}
		_, err = d.SaveGrant(d.ctx, "amplify", again.Base(), full(), ada)
		d.check(err)
	})
}
