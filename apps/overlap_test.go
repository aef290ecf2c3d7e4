package apps_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// works reports whether credentials are taken, both as a secret and for a signature.
func (d district) works(c apps.Credentials) bool {
	d.t.Helper()
	_, byToken := d.Authenticate(d.ctx, c.ClientID, c.Secret)
	signed, _, bySignature := d.ConsumerSecret(d.ctx, c.ClientID)
	for _, err := range []error{byToken, bySignature} {
		if err != nil && (!fault.Is(err, fault.Unauthenticated) || err.Error() != "the credentials are unknown or wrong") {
			d.t.Errorf("the refusal is %v", err)
		}
	}
	if (byToken == nil) != (bySignature == nil) || bySignature == nil && signed != c.Secret {
		d.t.Errorf("the secret: %v; a signature: %v", byToken, bySignature)
	}
	return byToken == nil
}

func (d district) rotate(current apps.Credentials, overlap time.Duration) apps.Credentials {
	d.t.Helper()
	fresh, err := d.RotateFrom(d.ctx, "amplify", current.ClientID, overlap, ada)
	d.check(err)
	return fresh
}

func TestWithAnOverlapOldAndNewWorkUntilTheVeryInstantOfItsEnd(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		early := d.token(old)
		fresh := d.rotate(old, 24*time.Hour)
		if !d.works(old) || !d.works(fresh) {
			t.Error("in the overlap one of them does not work")
		}
		if _, err := d.Bearer(d.ctx, early); err != nil {
			t.Errorf("a token from before: %v", err)
		}

		d.clock.pass(24*time.Hour - time.Minute)
		caller, err := d.Authenticate(d.ctx, old.ClientID, old.Secret)
		d.check(err)
		late, expires, err := d.IssueToken(d.ctx, caller, catalog.TokenScopes())
		d.check(err)
		end := d.clock.read().Add(time.Minute)
		if !expires.Equal(end) || !caller.Expires.Equal(end) {
			t.Errorf("a late token is good until %v, and who came for it until %v; want %v", expires, caller.Expires, end)
		}

		d.clock.pass(time.Minute - time.Millisecond)
		if _, err := d.Bearer(d.ctx, late); err != nil || !d.works(old) {
			t.Errorf("a millisecond before the end: %v", err)
		}
		d.clock.pass(time.Millisecond)
		if d.works(old) {
			t.Error("the old secret outlives the overlap")
		}
		_, err = d.Bearer(d.ctx, late)
		wantFault(t, err, fault.Unauthenticated)
		_, _, err = d.IssueToken(d.ctx, caller, catalog.TokenScopes())
		wantFault(t, err, fault.Unauthenticated)
		if !d.works(fresh) {
			t.Error("the new secret ends with the overlap")
		}
	})
}

func TestATokenEndsWithItsCredentialWhateverItSays(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		token := d.token(old) // for an hour
		d.rotate(old, time.Minute)
		caller, err := d.Bearer(d.ctx, token)
		d.check(err)
		if end := d.clock.read().Add(time.Minute); !caller.Expires.Equal(end) {
			t.Errorf("the token is taken to be good until %v; want %v", caller.Expires, end)
		}
		d.clock.pass(time.Minute)
		_, err = d.Bearer(d.ctx, token)
		wantFault(t, err, fault.Unauthenticated)
	})
}

func TestASecondRotationEndsTheOldestAtOnce(t *testing.T) {
	for _, overlap := range []time.Duration{0, time.Hour} {
		each(t, func(t *testing.T, d district) {
			first := d.add("amplify")
			token := d.token(first)
			second := d.rotate(first, 24*time.Hour)
			_, err := d.RotateFrom(d.ctx, "amplify", first.ClientID, time.Hour, ada)
			wantFault(t, err, fault.Conflict) // whoever looks at what is ending is late
			third := d.rotate(second, overlap)
			if d.works(first) || !d.works(third) {
				t.Error("the oldest works, or the newest does not")
			}
			if d.works(second) != (overlap > 0) {
				t.Errorf("after an overlap of %v the second works: %t", overlap, overlap == 0)
			}
			_, err = d.Bearer(d.ctx, token)
			wantFault(t, err, fault.Unauthenticated)
			o, err := d.Show(d.ctx, "amplify")
			d.check(err)
			if o.ClientID != third.ClientID || len(o.Credentials) > 2 {
				t.Errorf("what is shown is %+v", o.Credentials)
			}
		})
	}
}

func TestAnOverlapThatWillNotDoChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		for _, overlap := range []time.Duration{-time.Second, credentials.LongestOverlap + 1} {
			_, err := d.RotateFrom(d.ctx, "amplify", old.ClientID, overlap, ada)
			wantFault(t, err, fault.Invalid)
		}
		if o, err := d.Show(d.ctx, "amplify"); err != nil || o.ClientID != old.ClientID {
			t.Errorf("it was rotated: %v", err)
		}
		d.rotate(old, credentials.LongestOverlap)
	})
}

func TestAnOverlapIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0d": 0, "90m": 90 * time.Minute, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": credentials.LongestOverlap,
	} {
		if got, err := credentials.ReadOverlap(text); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for text, says := range map[string]string{
		"":          `"" is no length of time: write 90m, 24h or 7d, up to 30d, or 0 for no overlap`,
		"a day":     `"a day" is no length of time: write 90m, 24h or 7d, up to 30d, or 0 for no overlap`,
		"24":        `"24" is no length of time: write 90m, 24h or 7d, up to 30d, or 0 for no overlap`,
		"-1h":       "an overlap cannot be negative: write 0 for none, or a time such as 24h",
		"-1d":       "an overlap cannot be negative: write 0 for none, or a time such as 24h",
		"31d":       "an overlap is 30 days at the most: write 30d, or less",
		"20000000d": "an overlap is 30 days at the most: write 30d, or less",
		"721h":      "an overlap is 30 days at the most: write 30d, or less",
	} {
		if _, err := credentials.ReadOverlap(text); !fault.Is(err, fault.Invalid) || err.Error() != says {
			t.Errorf("%q: %v; want %s", text, err, says)
		}
	}
}

func TestTheLedgerIsToldWhenTheOldCredentialEnds(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		second := d.rotate(old, 24*time.Hour)
		end := string(moment.Of(d.clock.read().Add(24 * time.Hour)))
		d.rotate(second, 0)
		id := func(c apps.Credentials) (id string) {
			d.check(d.DB.Read.Raw("SELECT id FROM credentials WHERE client_id = ?", c.ClientID).Scan(&id).Error)
			return id
		}
		var told []string
		for _, e := range d.outbox() {
			if e.Action == "app.rotate" {
				told = append(told, e.Before, e.After)
			}
		}
		first, then := `{"credential":"`+id(old)+`"}`, `{"credential":"`+id(second)+`","ending":"`+id(old)+`","ends":"`+end+`"}`
		if len(told) != 4 || told[0] != first || told[1] != then || told[2] != then {
			t.Errorf("on record is %q; want %s, then %s twice", told, first, then)
		}
	})
}

func TestASecretThatHasEndedIsTakenWithTheNextToken(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		fresh := d.rotate(old, time.Hour)
		sealed := func() (kept int64) {
			d.check(d.DB.Read.Table("credentials").Where("client_id = ? AND sealed_secret IS NOT NULL", old.ClientID).Count(&kept).Error)
			return kept
		}
		d.token(fresh)
		if sealed() != 1 {
			t.Error("it was taken before its end")
		}
		d.clock.pass(time.Hour)
		d.token(fresh)
		if sealed() != 0 {
			t.Error("the sealed secret is kept")
		}
		d.rotate(fresh, 0)
	})
}

func TestUsesAreWrittenToTheMinuteAndOncePerMinute(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		shown := func() moment.Moment {
			o, err := d.Show(d.ctx, "amplify")
			d.check(err)
			return o.Credentials[0].UsedAt
		}
		var id string
		d.check(d.DB.Read.Raw("SELECT id FROM credentials").Scan(&id).Error)
		here, elsewhere := &credentials.Uses{DB: d.DB}, &credentials.Uses{DB: d.DB}
		at := d.clock.read()
		here.Note(id, at.Add(90*time.Second))
		here.Note(id, at.Add(119*time.Second))
		here.Note(id, at) // a clock that was set back
		if got := shown(); got != "" {
			t.Errorf("a note was written at once: %s", got)
		}
		d.check(here.Write(d.ctx))
		if got := shown(); got != "2026-09-01T08:01:00.000Z" {
			t.Errorf("last used at %s", got)
		}

		elsewhere.Note(id, at)
		d.check(elsewhere.Write(d.ctx))
		if got := shown(); got != "2026-09-01T08:01:00.000Z" {
			t.Errorf("another server, which was asked earlier, makes it %s", got)
		}
		d.store.Trace.Take()
		d.check(here.Write(d.ctx))
		if ran := d.store.Trace.Take(); len(ran) != 0 {
			t.Errorf("what was written is written again: %v", ran)
		}
	})
}

func TestUsesThatCouldNotBeWrittenAreKeptAndWrittenAtTheEnd(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		var id string
		d.check(d.DB.Read.Raw("SELECT id FROM credentials").Scan(&id).Error)
		uses := &credentials.Uses{DB: d.DB}
		uses.Note(id, d.clock.read())
		over, stop := context.WithCancel(d.ctx)
		stop()
		if err := uses.Write(over); !errors.Is(err, context.Canceled) {
			t.Errorf("a write that is over: %v", err)
		}
		uses.Run(over, nil, &fault.Panics{}, func(err error) { t.Errorf("the last write: %v", err) })
		o, err := d.Show(d.ctx, "amplify")
		d.check(err)
		if got := o.Credentials[0].UsedAt; got != "2026-09-01T08:00:00.000Z" {
			t.Errorf("after a stop, last used at %q", got)
		}
	})
}
