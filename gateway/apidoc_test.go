package gateway_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// described is the API as the gateway itself describes it.
func described(t *testing.T, d *gatewaytest.District) (*openapi3.T, routers.Router) {
	t.Helper()
	answer := d.Do(d.Request(http.MethodGet, "/api/onerosterv1p1.json", nil))
	want(t, answer, http.StatusOK)
	document, err := openapi3.NewLoader().LoadFromData(answer.Raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return document, router
}

// conforms checks an answer against what the document says of its request.
func conforms(t *testing.T, router routers.Router, base, path string, answer gatewaytest.Answer) {
	t.Helper()
	location, err := url.Parse(base + path)
	if err != nil {
		t.Fatal(err)
	}
	request := &http.Request{Method: http.MethodGet, URL: location, Header: http.Header{}}
	route, parameters, err := router.FindRoute(request)
	if err != nil {
		t.Errorf("%s is not described: %v", path, err)
		return
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route, PathParams: parameters},
		Status:                 answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Raw)),
	})
	if err != nil {
		t.Errorf("%s: the answer is not as described: %v", path, err)
	}
	headersConform(t, path, route.Operation.Responses.Status(answer.Status).Value.Headers, answer.Header)
}

// headersConform wants what was sent to be described, and all that is described but
// Link and ETag to be described as always there: where it is not, the answer does not conform.
func headersConform(t *testing.T, path string, described openapi3.Headers, sent http.Header) {
	t.Helper()
	known := []string{"Date", "Content-Type", "Content-Length", "Cache-Control", "X-Content-Type-Options"}
	for name, header := range described {
		known = append(known, http.CanonicalHeaderKey(name))
		if header.Value.Required == (name == "Link" || name == "ETag") {
			t.Errorf("%s: it is described as %t that %s is always there", path, header.Value.Required, name)
		}
	}
	for name := range sent {
		if !slices.Contains(known, name) {
			t.Errorf("%s: the header %s is not described", path, name)
		}
	}
}

func TestTheDescriptionCoversEveryReadAndEveryAnswerIsAsDescribed(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		document, router := described(t, d)
		if n := document.Paths.Len(); n != len(catalog.Routes(catalog.V11)) {
			t.Errorf("%d paths are described, %d served", n, len(catalog.Routes(catalog.V11)))
		}
		base := document.Servers[0].URL
		for _, v := range vendors() {
			client := d.As(v.app)
			for _, r := range catalog.Routes(catalog.V11) {
				path := concrete(d, r)
				for _, query := range []string{"", "?fields=sourcedId,nothing", "?sort=nothing", "?filter=nothing%3D'x'", "?limit=0"} {
					conforms(t, router, base, path+query, client.Get(path+query))
				}
			}
		}
	})
}

// concrete is a path of the route with ids that the district has.
func concrete(d *gatewaytest.District, r catalog.Route) string {
	path, parents := r.Path, r.Parents
	for strings.Contains(path, "{id}") {
		entity := r.Entity
		if len(parents) > 0 {
			entity, parents = parents[0].Entity, parents[1:]
		}
		path = strings.Replace(path, "{id}", url.PathEscape(d.Known(entity)[0]), 1)
	}
	return path
}

func TestTheDescriptionNamesNothingThatADistrictDefined(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, database.SQLite))
	for _, path := range []string{"/api/", "/api/onerosterv1p1.json", "/api/style.css"} {
		answer := d.Do(d.Request(http.MethodGet, path, nil))
		want(t, answer, http.StatusOK)
		for _, known := range catalog.KnownKeys() {
			if bytes.Contains(answer.Raw, []byte(known.Key)) {
				t.Errorf("%s names the metadata key %s", path, known.Key)
			}
		}
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if bytes.Contains(answer.Raw, []byte("style=")) || bytes.Contains(answer.Raw, []byte("<script")) {
			t.Errorf("%s has something inline", path)
		}
	}
}
