package gateway_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// Requests for a token as clients write them who do not read RFC 6749 to its end.
func TestATokenIsGivenInEveryShapeThatClientsAskIn(t *testing.T) {
	core := prefixed(catalog.CoreScope)[0]
	each(t, func(t *testing.T, d *gatewaytest.District) {
		id, secret := d.Credentials["amplify"].ClientID, d.Credentials["amplify"].Secret
		whole := fmt.Sprintf(`{"grant_type":"client_credentials","client_id":%q,"client_secret":%q,"scope":%q,"audience":7}`, id, secret, core)
		listed := strings.Replace(whole, `"`+core+`"`, `["openid","`+core+`"]`, 1)
		const asJSON, all = "application/json; charset=utf-8", "all"
		for name, one := range map[string]struct {
			path, kind, body string
			basic            bool
			scope            string
		}{
			"Basic with an empty body":            {"/oauth/token", "", "", true, all},
			"the same, said to be JSON":           {"/token", asJSON, "", true, all},
			"grant in the query":                  {"/oauth/token?grant_type=client_credentials", "", "", true, all},
			"grant and scope in the query":        {"/oauth/token?grant_type=client_credentials&scope=" + url.QueryEscape(core), "", "", true, core},
			"scope in the query of an empty body": {"/oauth/token?scope=" + url.QueryEscape(core), "", "", true, core},
			"grant in the query, the rest a form": {"/oauth/token?grant_type=client_credentials", formKind, "client_id=" + id + "&client_secret=" + secret, false, all},
			"JSON":                                {"/oauth/token", asJSON, whole, false, core},
			"JSON with a list of scopes":          {"/oauth/token", "application/json", listed, false, core},
			"JSON and Basic":                      {"/oauth/token/", "application/json", `{"grant_type":"client_credentials"}`, true, all},
			"unknown scopes beside a known one":   {"/oauth/token", formKind, "grant_type=client_credentials&scope=openid+" + url.QueryEscape(core) + "+offline_access", true, core},
		} {
			r := d.Request(http.MethodPost, one.path, strings.NewReader(one.body))
			if one.kind != "" {
				r.Header.Set("Content-Type", one.kind)
			}
			if one.basic {
				r.SetBasicAuth(id, secret)
			}
			answer := want(t, d.Do(r), 200)
			if one.scope == all {
				one.scope = strings.Join(everyScope(), " ")
			}
			if got := fmt.Sprint(answer.JSON()["scope"]); got != one.scope {
				t.Errorf("%s: the scope is %s, wanted %s", name, got, one.scope)
			}
			token, _ := answer.JSON()["access_token"].(string)
			want(t, d.Bearer(token).Get("/users"), 200)
		}
	})
}

const formKind = "application/x-www-form-urlencoded"

// Nothing makes up for credentials that are missing, or for a grant that is another.
func TestNoTokenIsGivenForLess(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		id, secret := d.Credentials["amplify"].ClientID, d.Credentials["amplify"].Secret
		for name, one := range map[string]struct {
			path, kind, body, basic string
			status                  int
		}{
			"empty, by nobody":                {"/oauth/token", "", "", "", 400},
			"credentials in the query":        {"/oauth/token?grant_type=client_credentials&client_id=" + id + "&client_secret=" + secret, "", "", "", 401},
			"empty, a wrong secret":           {"/oauth/token", "", "", secret + "x", 401},
			"a body that outweighs the query": {"/oauth/token?grant_type=client_credentials", formKind, "grant_type=password", secret, 400},
			"a form without a grant":          {"/oauth/token", formKind, "scope=x", secret, 400},
			"JSON that is none":               {"/oauth/token", "application/json", `{"grant_type"`, secret, 400},
			"JSON with a tail":                {"/oauth/token", "application/json", `{"grant_type":"client_credentials"}{}`, secret, 400},
			"JSON, a wrong secret":            {"/oauth/token", "application/json", `{"grant_type":"client_credentials"}`, secret + "x", 401},
			"only unknown scopes":             {"/oauth/token?scope=openid", "", "", secret, 400},
			"a zero byte in JSON":             {"/oauth/token", "application/json", `{"grant_type":"client_credentials","scope":"\u0000"}`, secret, 400},
			"a query that is no UTF-8":        {"/oauth/token?scope=%ff", "", "", secret, 400},
		} {
			r := d.Request(http.MethodPost, one.path, strings.NewReader(one.body))
			if one.kind != "" {
				r.Header.Set("Content-Type", one.kind)
			}
			if one.basic != "" {
				r.SetBasicAuth(id, one.basic)
			}
			answer := want(t, d.Do(r), one.status)
			if strings.Contains(string(answer.Raw), "access_token") || strings.Contains(string(answer.Raw), secret) {
				t.Errorf("%s: %s", name, answer.Raw)
			}
		}
	})
}
