package manners_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/secret"
)

var ctx, ada = context.Background(), apps.By{Actor: "cli:ada", Reason: "the vendor asked"}

// house is a store with two apps.
type house struct {
	manners.Registry
	apps *apps.Registry
	t    *testing.T
}

func each(t *testing.T, fn func(t *testing.T, h house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		key, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		h := house{manners.Registry{DB: s.DB}, &apps.Registry{DB: s.DB, Key: key, Clock: time.Now, Rand: rand.Reader, Engine: policy.New}, t}
		for _, preset := range []string{"amplify", "schoolinks"} {
			if _, _, err := h.apps.Create(ctx, apps.NewApp{Preset: preset}, ada); err != nil {
				t.Fatal(err)
			}
		}
		fn(t, h)
	})
}

func (h house) of(app string) manners.Manners {
	h.t.Helper()
	held, err := h.Of(ctx, app)
	if err != nil {
		h.t.Fatal(err)
	}
	return held
}

// told is how many changes wait for the ledger, and what the last was before and after.
func (h house) told() (count int, last struct{ Action, App, Reason, Before, After string }) {
	h.t.Helper()
	var all []struct{ Action, App, Reason, Before, After string }
	if err := h.DB.Read.Raw(`SELECT action, app, reason, "before", "after" FROM outbox ORDER BY id`).Scan(&all).Error; err != nil {
		h.t.Fatal(err)
	}
	return len(all), all[len(all)-1]
}

func word(text string) *string { return &text }

func TestAnAppIsAnsweredAsUsualUntilSomebodySaysOtherwise(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		if held := h.of("amplify"); held != manners.Usual() {
			t.Errorf("a new app is answered by %+v", held)
		}
		before, err := revision.Read(h.DB.Read)
		if err != nil {
			t.Fatal(err)
		}
		held, err := h.Set(ctx, "amplify", manners.Edit{Booleans: word(manners.Native), Message: word(" Call us.\r\nThank you. ")}, ada)
		want := manners.Manners{Booleans: manners.Native, Empty: manners.LeftOut, UnknownFields: manners.Refused, Message: "Call us.\nThank you."}
		if err != nil || held != want || h.of("amplify") != want || h.of("schoolinks") != manners.Usual() {
			t.Errorf("saved is %+v, %v", held, err)
		}
		count, last := h.told()
		if last.Action != "app.answers" || last.App != "amplify" || last.Reason != ada.Reason ||
			last.Before != `{"booleans":"strings","empty":"left-out","unknown_fields":"refused"}` ||
			last.After != `{"booleans":"native","empty":"left-out","unknown_fields":"refused","message":"Call us.\nThank you."}` {
			t.Errorf("on record is %+v", last)
		}
		after, err := revision.Read(h.DB.Read)
		if err != nil || after.Permission <= before.Permission {
			t.Errorf("the permission revision went from %d to %d, %v", before.Permission, after.Permission, err)
		}

		// The same again is told to nobody.
		if _, err := h.Set(ctx, "amplify", held.Edit(), ada); err != nil {
			t.Fatal(err)
		}
		if again, _ := h.told(); again != count {
			t.Error("what changes nothing is on record")
		}
	})
}

func TestWhatWillNotDoChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		count, _ := h.told()
		for says, e := range map[string]manners.Edit{
			`booleans is strings or native, and not "yes"`:                    {Booleans: word("yes")},
			`empty is left-out or sent, and not ""`:                           {Empty: word("")},
			`unknown-fields is refused or tolerated, and not "hidden"`:        {UnknownFields: word("hidden")},
			"Write a message of up to 2000 characters.":                       {Message: word(strings.Repeat("ä", 2001))},
			"Write the message as plain text, without invisible characters.":  {Message: word("a\x00b")},
			"Write the message as plain text, without invisible characters. ": {Message: word("a\xffb")},
		} {
			_, err := h.Set(ctx, "amplify", e, ada)
			if !fault.Is(err, fault.Invalid) || err.Error() != strings.TrimSpace(says) {
				t.Errorf("%v; want %s", err, says)
			}
		}
		if _, err := h.Set(ctx, "amplifi", manners.Edit{Empty: word(manners.Sent)}, ada); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "amplify") {
			t.Errorf("an app that there is not: %v", err)
		}
		if _, err := h.Of(ctx, "amplifi"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an app that there is not: %v", err)
		}
		if _, err := h.Set(ctx, "amplify", manners.Edit{Empty: word(manners.Sent)}, apps.By{}); err == nil {
			t.Error("nobody changed it")
		}
		if now, _ := h.told(); now != count || h.of("amplify") != manners.Usual() {
			t.Errorf("%d changes are on record, of %+v", now-count, h.of("amplify"))
		}
		if held, err := h.Set(ctx, "amplify", manners.Edit{Message: word(strings.Repeat("ä", 2000))}, ada); err != nil || len(held.Message) != 4000 {
			t.Errorf("the longest message: %v", err)
		}
	})
}

func TestACopyOfAGrantTakesNoMannersAndADeletionDoes(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		if _, err := h.Set(ctx, "amplify", manners.Edit{Booleans: word(manners.Native)}, ada); err != nil {
			t.Fatal(err)
		}
		if _, err := h.apps.CopyGrant(ctx, apps.Copying{From: "amplify", To: "schoolinks"}, ada); err != nil {
			t.Fatal(err)
		}
		if held := h.of("schoolinks"); held != manners.Usual() {
			t.Errorf("the copy is answered by %+v", held)
		}
		if err := h.apps.Delete(ctx, "amplify", ada); err != nil {
			t.Fatal(err)
		}
		var kept int64
		if err := h.DB.Read.Table("manners").Count(&kept).Error; err != nil || kept != 0 {
			t.Errorf("%d rows are kept of a deleted app, %v", kept, err)
		}
	})
}
