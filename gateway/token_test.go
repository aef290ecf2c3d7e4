package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// application is one request to the token endpoint.
type application struct {
	path     string // "/oauth/token" where empty
	kind     string // of the body, a form where empty
	form     url.Values
	body     string // in the place of the form
	id, word string // of HTTP Basic, none where empty
}

func (a application) send(d *gatewaytest.District) gatewaytest.Answer {
	body := a.form.Encode()
	if a.body != "" {
		body = a.body
	}
	path, kind := a.path, a.kind
	if path == "" {
		path = "/oauth/token"
	}
	if kind == "" {
		kind = "application/x-www-form-urlencoded"
	}
	r := d.Request(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	if a.id != "" {
		r.SetBasicAuth(a.id, a.word)
	}
	return d.Do(r)
}

// asking is a form that asks for a token, with more of it as name and value in turn.
func asking(more ...string) url.Values {
	form := url.Values{"grant_type": {"client_credentials"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// basic is an application by HTTP Basic in the name of an app.
func basic(d *gatewaytest.District, app string, more ...string) application {
	return application{form: asking(more...), id: d.Credentials[app].ClientID, word: d.Credentials[app].Secret}
}

func TestATokenIsGivenHoweverTheClientSaysWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		amplify := d.Credentials["amplify"]
		escaped := basic(d, "amplify")
		escaped.id = fmt.Sprintf("%%%02X%s", amplify.ClientID[0], amplify.ClientID[1:])
		charset, alias := basic(d, "amplify"), basic(d, "amplify")
		charset.kind, alias.path = "application/x-www-form-urlencoded; charset=UTF-8", "/token"
		for name, a := range map[string]application{
			"basic": basic(d, "amplify"), "form-encoded basic": escaped, "charset": charset, "alias": alias,
			"form": {form: asking("client_id", amplify.ClientID, "client_secret", amplify.Secret)},
		} {
			answer := want(t, a.send(d), 200)
			got := answer.JSON()
			token, _ := got["access_token"].(string)
			if len(token) != 43 || got["token_type"] != "Bearer" || got["expires_in"] != 3600.0 || len(got) != 4 {
				t.Errorf("%s: %v", name, got)
			}
			sameSet(t, name, strings.Fields(fmt.Sprint(got["scope"])), everyScope())
			uncached(t, answer)
			want(t, d.Bearer(token).Get("/demographics"), 200)
		}
	})
}

// everyScope are all scopes of both versions.
func everyScope() []string {
	var first, second []string
	for _, s := range catalog.TokenScopes() {
		if s.In(catalog.V11) {
			first = append(first, gatewaytest.ScopePrefix+string(s))
		}
		second = append(second, gatewaytest.ScopePrefix12+string(s))
	}
	return append(first, second...)
}

// prefixed are scopes as a client writes them.
func prefixed(scopes ...catalog.TokenScope) []string {
	var words []string
	for _, s := range scopes {
		words = append(words, gatewaytest.ScopePrefix+string(s))
	}
	return words
}

// uncached wants an answer that nobody may keep.
func uncached(t testing.TB, a gatewaytest.Answer) {
	t.Helper()
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control is %q", a.Header.Get("Cache-Control"))
	}
}

func TestScopesAreThoseThatWereAskedForAndExist(t *testing.T) {
	core, roster, demographics := prefixed(catalog.CoreScope)[0], prefixed(catalog.RosterScope)[0], prefixed(catalog.DemographicsScope)[0]
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for asked, given := range map[string][]string{
			"":                               everyScope(),
			core:                             {core},
			core + " " + roster + " " + core: {core, roster},
			strings.Replace(core, "https", "http", 1):     {core},
			"openid " + demographics + " https://x/scope": {demographics},
		} {
			answer := want(t, basic(d, "amplify", "scope", asked).send(d), 200)
			sameSet(t, asked, strings.Fields(fmt.Sprint(answer.JSON()["scope"])), given)
		}
		for _, asked := range []string{"openid", strings.ToUpper(core), core + "x", strings.Replace(core, "v1p1", "v9p9", 1)} {
			answer := want(t, basic(d, "amplify", "scope", asked).send(d), 400)
			if answer.JSON()["error"] != "invalid_scope" {
				t.Errorf("%s: %s", asked, answer.Raw)
			}
			uncached(t, answer)
		}
	})
}

func TestATokenOpensWhatItsScopesOpen(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		student := url.PathEscape(d.As("amplify").Walk("/students")[0].ID())
		for scope, opens := range map[catalog.TokenScope]map[string]int{
			catalog.CoreScope: {
				"/users": 200, "/users/" + student: 200, "/orgs": 200, "/demographics": 403, "/demographics/" + student: 403,
				"/resources": 403, "/classes/cls-000000/students": 403, "/students/" + student + "/classes": 403, "/classes/nothing/students": 403,
			},
			catalog.RosterScope:       {"/users": 200, "/classes/cls-000000/students": 200, "/demographics": 403, "/resources": 403},
			catalog.DemographicsScope: {"/demographics": 200, "/demographics/" + student: 200, "/users": 403, "/orgs": 403, "/resources": 403},
			catalog.ResourceScope:     {"/resources": 200, "/users": 403, "/demographics": 403},
		} {
			c := d.As("amplify", scope)
			for path, status := range opens {
				if got := c.Get(path).Status; got != status {
					t.Errorf("with %s, %s is %d, wanted %d", scope, path, got, status)
				}
			}
		}
		// A scope opens nothing that the grant does not.
		want(t, d.As("eduready360", catalog.DemographicsScope).Get("/demographics"), 403)
	})
}

func TestAnApplicationThatCannotBeUnderstoodIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		json, text, large, other, none, broken := basic(d, "amplify"), basic(d, "amplify"), basic(d, "amplify"), basic(d, "amplify"), basic(d, "amplify"), basic(d, "amplify")
		json.kind, json.body = "application/json", `{"grant_type":["client_credentials"]}`
		text.kind = "text/plain"
		large.form.Set("x", strings.Repeat("x", 17<<10))
		other.form.Set("grant_type", "password")
		none.form.Del("grant_type")
		none.form.Set("scope", "")
		broken.body = "grant_type=%zz"
		for name, a := range map[string]application{
			"JSON": json, "text": text, "too large": large, "another grant": other, "no grant": none, "broken": broken,
		} {
			answer := want(t, a.send(d), 400)
			code, wants := answer.JSON()["error"], "invalid_request"
			if a.kind == "" && name != "too large" && name != "broken" {
				wants = "unsupported_grant_type"
			}
			says := map[string]string{"JSON": "it is JSON", "text": "application/x-www-form-urlencoded or application/json", "too large": "16 kB", "another grant": "a form, and grant_type is another", "no grant": "a form, and grant_type is missing", "broken": "it is a form"}[name]
			if code != wants || !strings.Contains(string(answer.Raw), says) {
				t.Errorf("%s: %s", name, answer.Raw)
			}
			uncached(t, answer)
			e := entry(t, d, answer, audit.KindRefusal)
			if e.Door != "token" || e.Status != 400 {
				t.Errorf("%s: the ledger has %+v", name, e)
			}
		}
	})
}

func TestCredentialsThatDoNotWorkSayNothingOfWhy(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		ctx, by := context.Background(), apps.By{Actor: "cli:ada"}
		wrong, old, suspended, pending := basic(d, "alexandria"), basic(d, "schoolinks"), basic(d, "amplify"), application{form: asking()}
		wrong.word += "x"
		if _, err := d.Apps.Rotate(ctx, "schoolinks", by); err != nil {
			t.Fatal(err)
		}
		if err := d.Apps.Suspend(ctx, "amplify", by); err != nil {
			t.Fatal(err)
		}
		_, credentials, err := d.Apps.Create(ctx, apps.NewApp{Name: "Never enabled"}, by)
		if err != nil {
			t.Fatal(err)
		}
		pending.id, pending.word = credentials.ClientID, credentials.Secret
		inQuery := application{form: asking(), path: "/oauth/token?client_id=" + credentials.ClientID + "&client_secret=" + credentials.Secret}
		wanted := impersonal(want(t, application{form: asking(), id: "nobody", word: "nothing"}.send(d), 401))
		if !strings.Contains(wanted, `"invalid_client"`) || !strings.Contains(wanted, "Www-Authenticate: Basic") {
			t.Errorf("the refusal is %s", wanted)
		}
		for name, a := range map[string]application{
			"a wrong secret": wrong, "a rotated secret": old, "suspended": suspended, "never enabled": pending, "in the query": inQuery,
			"nobody": {form: asking()}, "strange": {form: asking(), id: "\x01\ufffd", word: "ü"}, "half": {form: asking("client_id", credentials.ClientID)},
		} {
			answer := want(t, a.send(d), 401)
			if got := impersonal(answer); got != wanted {
				t.Errorf("%s can be told from an unknown client:\n%s\n%s", name, got, wanted)
			}
			uncached(t, answer)
			entry(t, d, answer, audit.KindRefusal)
		}
	})
}

func TestNoSecretIsRepeated(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		wrong := application{form: asking("client_id", "their-id", "client_secret", "their-secret", "scope", "their-scope")}
		answer := want(t, wrong.send(d), 401)
		token := d.Token("amplify")
		d.Bearer(token).Get("/users")
		e := entry(t, d, answer, audit.KindRefusal)
		for where, text := range map[string]string{"answer": string(answer.Raw), "log": d.Log.String(), "ledger": fmt.Sprintf("%+v", e)} {
			for _, secret := range []string{"their-", token, d.Credentials["amplify"].Secret} {
				if strings.Contains(text, secret) {
					t.Errorf("the %s repeats %s: %s", where, secret, text)
				}
			}
		}
	})
}

func TestWithoutALedgerARefusedApplicationIsNotAnswered(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		without(t, d, func() {
			if a := want(t, application{form: asking()}.send(d), 503); len(a.Raw) != 0 {
				t.Errorf("it said %s", a.Raw)
			}
		})
		want(t, application{form: asking()}.send(d), 401)
	})
}
