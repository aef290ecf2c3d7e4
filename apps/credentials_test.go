package apps_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

func TestANewAppIsPendingAndIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		app, credentials, err := d.Create(d.ctx, apps.NewApp{Preset: "amplify"}, ada)
		d.check(err)
		if app.State != apps.Pending {
			t.Errorf("the new app is %s", app.State)
		}
		caller, err := d.Authenticate(d.ctx, credentials.ClientID, credentials.Secret)
		wantFault(t, err, fault.Denied)
		if caller.App != "amplify" || caller.State != apps.Pending {
			t.Errorf("the refused caller is %+v; want the pending amplify", caller)
		}
		if _, _, err := d.IssueToken(d.ctx, caller, catalog.TokenScopes()); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a pending app asked for a token: %v", err)
		}
	})
}

func TestSuspendingStopsAnAppAtOnceAndEnablingLetsItGoOn(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		credentials := d.add("amplify")
		token := d.token(credentials)
		d.check(d.Suspend(d.ctx, "amplify", ada))

		caller, err := d.Bearer(d.ctx, token)
		wantFault(t, err, fault.Denied)
		if caller.App != "amplify" || caller.State != apps.Suspended {
			t.Errorf("the refused caller is %+v; want the suspended amplify", caller)
		}
		_, err = d.Authenticate(d.ctx, credentials.ClientID, credentials.Secret)
		wantFault(t, err, fault.Denied)
		secretText, _, err := d.ConsumerSecret(d.ctx, credentials.ClientID)
		wantFault(t, err, fault.Denied)
		if secretText != credentials.Secret {
			t.Error("the signature of a suspended app cannot be checked")
		}

		d.check(d.Enable(d.ctx, "amplify", ada))
		if _, err := d.Bearer(d.ctx, token); err != nil {
			t.Errorf("after enabling: %v", err)
		}
	})
}

func TestRotatingEndsTheOldSecretAndItsTokensAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		other := d.token(d.add("schoolinks"))
		old := d.add("amplify")
		oldToken := d.token(old)
		fresh, err := d.Rotate(d.ctx, "amplify", ada)
		d.check(err)
		if fresh.ClientID == old.ClientID || fresh.Secret == old.Secret {
			t.Error("rotating kept the id or the secret")
		}

		_, err = d.Authenticate(d.ctx, old.ClientID, old.Secret)
		wantFault(t, err, fault.Unauthenticated)
		_, _, err = d.ConsumerSecret(d.ctx, old.ClientID)
		wantFault(t, err, fault.Unauthenticated)
		_, err = d.Bearer(d.ctx, oldToken)
		wantFault(t, err, fault.Unauthenticated)

		if _, err := d.Bearer(d.ctx, d.token(fresh)); err != nil {
			t.Errorf("the new secret's token: %v", err)
		}
		if _, err := d.Bearer(d.ctx, other); err != nil {
			t.Errorf("another app's token: %v", err)
		}
	})
}

func TestARotationThatIsSentTwiceHappensOnce(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		fresh, err := d.RotateFrom(d.ctx, "amplify", old.ClientID, 0, ada)
		d.check(err)
		for _, looked := range []string{old.ClientID, "", "no client id"} {
			_, err := d.RotateFrom(d.ctx, "amplify", looked, 0, ada)
			wantFault(t, err, fault.Conflict)
		}
		if _, err := d.Bearer(d.ctx, d.token(fresh)); err != nil {
			t.Errorf("the secret that was told: %v", err)
		}
	})
}

func TestATokenThatWasLeftBehindByARotationDoesNotWork(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		token := d.token(d.add("amplify"))
		d.check(d.DB.Write.Exec("UPDATE credentials SET revoked_at = created_at, sealed_secret = NULL").Error)
		_, err := d.Bearer(d.ctx, token)
		wantFault(t, err, fault.Unauthenticated)
	})
}

func TestWrongUnknownAndRevokedCredentialsGetOneAnswer(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		revoked := d.add("amplify")
		_, err := d.Rotate(d.ctx, "amplify", ada)
		d.check(err)
		good, other := d.add("schoolinks"), d.add("alexandria")
		d.check(d.Suspend(d.ctx, "alexandria", ada))
		for name, try := range map[string]struct{ id, secret, app string }{
			"unknown id":           {"11111111-1111-4111-8111-111111111111", good.Secret, ""},
			"no id":                {"", "", ""},
			"no app's text":        {"a\x00b\xff", good.Secret, ""},
			"no secret":            {good.ClientID, "", "schoolinks"},
			"wrong secret":         {good.ClientID, good.Secret[1:] + "A", "schoolinks"},
			"part of the secret":   {good.ClientID, good.Secret[:42], "schoolinks"},
			"another app's secret": {good.ClientID, other.Secret, "schoolinks"},
			"id in capitals":       {strings.ToUpper(good.ClientID), good.Secret, ""},
			"revoked":              {revoked.ClientID, revoked.Secret, "amplify"},
			"revoked, no secret":   {revoked.ClientID, "", "amplify"},
			"suspended, wrong":     {other.ClientID, good.Secret, "alexandria"},
		} {
			caller, err := d.Authenticate(d.ctx, try.id, try.secret)
			if !fault.Is(err, fault.Unauthenticated) || err.Error() != "the credentials are unknown or wrong" {
				t.Errorf("%s: %v is another answer", name, err)
			}
			if caller.App != try.app || caller.Credential != "" || caller.Stamp != d.stamp() {
				t.Errorf("%s: the caller to record is %+v", name, caller)
			}
		}
	})
}

func TestATokenWorksForAnHourAndCarriesItsScopes(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		credentials := d.add("amplify")
		caller, err := d.Authenticate(d.ctx, credentials.ClientID, credentials.Secret)
		d.check(err)
		scopes := []catalog.TokenScope{catalog.CoreScope, catalog.DemographicsScope}
		token, expires, err := d.IssueToken(d.ctx, caller, scopes)
		d.check(err)
		if want := d.clock.read().Add(time.Hour); !expires.Equal(want) {
			t.Errorf("it expires at %v; want %v", expires, want)
		}

		d.clock.pass(time.Hour - time.Millisecond)
		caller, err = d.Bearer(d.ctx, token)
		d.check(err)
		if diff := cmp.Diff(scopes, caller.TokenScopes); diff != "" {
			t.Errorf("scopes: %s", diff)
		}
		if caller.App != "amplify" || !caller.Expires.Equal(expires) || caller.Stamp != d.stamp() {
			t.Errorf("the caller is %+v", caller)
		}

		d.clock.pass(time.Millisecond)
		_, expired := d.Bearer(d.ctx, token)
		_, unknown := d.Bearer(d.ctx, "no such token")
		wantFault(t, expired, fault.Unauthenticated)
		if expired.Error() != unknown.Error() {
			t.Errorf("an expired token gets %q, an unknown one %q", expired, unknown)
		}
	})
}

func TestExpiredTokensAreRemovedInPassing(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		amplify, other := d.add("amplify"), d.add("schoolinks")
		d.token(amplify)
		d.token(other)
		d.clock.pass(2 * time.Hour)
		d.token(amplify)
		for app, want := range map[string]int64{"amplify": 1, "schoolinks": 1} {
			var kept int64
			d.check(d.DB.Read.Table("tokens").Where("app_id = ?", app).Count(&kept).Error)
			if kept != want {
				t.Errorf("%s has %d tokens; want %d", app, kept, want)
			}
		}
	})
}

func TestATokenIsRefusedToWhoeverMayNotHaveIt(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		credentials := d.add("amplify")
		d.add("schoolinks")
		caller, err := d.Authenticate(d.ctx, credentials.ClientID, credentials.Secret)
		d.check(err)
		ask := func(c apps.Caller, scopes ...catalog.TokenScope) error {
			token, _, err := d.IssueToken(d.ctx, c, scopes)
			if err != nil && token != "" {
				t.Error("an error came with a token")
			}
			return err
		}
		wantFault(t, ask(caller), fault.Invalid)
		wantFault(t, ask(caller, catalog.CoreScope, "roster.everything"), fault.Invalid)
		wantFault(t, ask(apps.Caller{App: "amplify"}, catalog.CoreScope), fault.Unauthenticated)
		wantFault(t, ask(apps.Caller{App: "schoolinks", Credential: caller.Credential}, catalog.CoreScope), fault.Unauthenticated)
		d.check(d.Suspend(d.ctx, "amplify", ada))
		wantFault(t, ask(caller, catalog.CoreScope), fault.Unauthenticated)
		d.check(d.Enable(d.ctx, "amplify", ada))
		_, err = d.Rotate(d.ctx, "amplify", ada)
		d.check(err)
		wantFault(t, ask(caller, catalog.CoreScope), fault.Unauthenticated)
	})
}

func TestACheckIsOneStatement(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		credentials := d.add("amplify")
		token := d.token(credentials)
		for name, check := range map[string]func() error{
			"Authenticate":   func() error { _, err := d.Authenticate(d.ctx, credentials.ClientID, credentials.Secret); return err },
			"ConsumerSecret": func() error { _, _, err := d.ConsumerSecret(d.ctx, credentials.ClientID); return err },
			"Bearer":         func() error { _, err := d.Bearer(d.ctx, token); return err },
		} {
			d.store.Trace.Take()
			d.check(check())
			if ran := d.store.Trace.Take(); len(ran) != 1 {
				t.Errorf("%s ran %d statements", name, len(ran))
			}
		}
	})
}

func TestNeitherSecretsNorTokensAreInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		first := d.add("amplify")
		words := map[string]string{"the first token": d.token(first), "the first secret": first.Secret}
		second, err := d.Rotate(d.ctx, "amplify", ada)
		d.check(err)
		words["the second secret"], words["the second token"] = second.Secret, d.token(second)
		everything := d.dump()
		if !strings.Contains(everything, second.ClientID) {
			t.Fatal("the dump misses the credentials")
		}
		for name, word := range words {
			raw := must[[]byte](t)(base64.RawURLEncoding.DecodeString(word))
			for _, form := range []string{word, string(raw), fmt.Sprintf("%x", raw), base64.StdEncoding.EncodeToString(raw)} {
				if strings.Contains(everything, form) {
					t.Errorf("%s is in the database", name)
				}
			}
		}
	})
}

// dump is all that a thief of the database would have.
func (d district) dump() string {
	d.t.Helper()
	var all strings.Builder
	for _, table := range must[[]string](d.t)(d.DB.Read.Migrator().GetTables()) {
		var rows []map[string]any
		d.check(d.DB.Read.Table(table).Find(&rows).Error)
		for _, row := range rows {
			for _, value := range row {
				fmt.Fprintf(&all, "%s %x\n", value, value)
			}
		}
	}
	if d.DB.Dialect == database.SQLite {
		for _, path := range must[[]string](d.t)(filepath.Glob(d.DB.Path + "*")) {
			all.Write(must[[]byte](d.t)(os.ReadFile(path)))
		}
	}
	return all.String()
}

func TestASecretOpensUnderItsKeyAndInItsRowOnly(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		mine := d.add("amplify")
		thief := *d.Registry
		thief.Key = newKey(t)
		secretText, _, err := thief.ConsumerSecret(d.ctx, mine.ClientID)
		if err == nil || secretText != "" || fault.KindOf(err) != "" {
			t.Errorf("another key: %v", err)
		}

		theirs := d.add("schoolinks")
		d.check(d.DB.Write.Exec("UPDATE credentials SET sealed_secret = "+
			"(SELECT sealed_secret FROM credentials WHERE client_id = ?) WHERE client_id = ?", theirs.ClientID, mine.ClientID).Error)
		_, err = d.Authenticate(d.ctx, mine.ClientID, theirs.Secret)
		if err == nil {
			t.Error("a sealed secret that was moved to another row opened there")
		}
	})
}

func TestAStoreKeepsToItsFirstKey(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.CheckKey(d.ctx))
		d.check(d.CheckKey(d.ctx))
		other := *d.Registry
		other.Key = newKey(t)
		err := other.CheckKey(d.ctx)
		wantFault(t, err, fault.Invalid)
		if !strings.Contains(err.Error(), d.Key.ID()) || !strings.Contains(err.Error(), other.Key.ID()) {
			t.Errorf("%q does not name both keys", err)
		}
		if err := (&apps.Registry{DB: d.DB}).CheckKey(d.ctx); err == nil {
			t.Error("a process without a key may use the store")
		}
	})
}

func TestCredentialsAreOpaqueAndNeedNoEscaping(t *testing.T) {
	d := sqlite(t)
	d.add("amplify")
	seen := map[string]bool{}
	for range 20 {
		c, err := d.Rotate(d.ctx, "amplify", ada)
		d.check(err)
		if seen[c.ClientID] || seen[c.Secret] {
			t.Error("an id or a secret came twice")
		}
		seen[c.ClientID], seen[c.Secret] = true, true
		raw, err := base64.RawURLEncoding.DecodeString(c.Secret)
		if err != nil || len(raw) != 32 {
			t.Errorf("the secret is not 32 bytes in URL-safe base64: %d, %v", len(raw), err)
		}
		if strings.Contains(c.ClientID, "amplify") || len(c.ClientID) != 36 || c.ClientID[14] != '4' {
			t.Errorf("the client id %s is no random UUID", c.ClientID)
		}
	}
}

func TestASecretPrintsInJSONOnly(t *testing.T) {
	c := apps.Credentials{ClientID: "id-1", Secret: "open-sesame"}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, c)
		fmt.Fprintf(&out, verb, &c)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("made", "credentials", c)
	if strings.Contains(out.String(), "sesame") || strings.Contains(out.String(), fmt.Sprintf("%x", "sesame")) {
		t.Errorf("the secret is in %s", out.String())
	}
	text := must[[]byte](t)(json.Marshal(c))
	if want := `{"client_id":"id-1","client_secret":"open-sesame"}`; string(text) != want {
		t.Errorf("JSON is %s; want %s", text, want)
	}
}

func BenchmarkBearer(b *testing.B) {
	d := sqlite(b)
	token := d.token(d.add("amplify"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Bearer(d.ctx, token); err != nil {
			b.Fatal(err)
		}
	}
}
