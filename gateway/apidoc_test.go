package gateway_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/openapi"
)

// description is a service as the gateway itself describes it.
type description struct {
	catalog.Service
	document *openapi3.T
	router   routers.Router
}

// described are the descriptions of all services.
func described(t *testing.T, d *gatewaytest.District) []description {
	t.Helper()
	var all []description
	for _, s := range catalog.Services() {
		all = append(all, understood(t, s, want(t, d.Do(d.Request(http.MethodGet, "/api/"+openapi.File(s), nil)), http.StatusOK)))
	}
	return all
}

// understood is the description of a service that an answer holds.
func understood(t *testing.T, s catalog.Service, answer gatewaytest.Answer) description {
	t.Helper()
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
	return description{s, document, router}
}

// by is the same client, reading from the described service.
func (s description) by(c *gatewaytest.Client) *gatewaytest.Client {
	there := *c
	there.Base = s.Base
	return &there
}

// conforms checks an answer against what the description says of its request.
func (s description) conforms(t *testing.T, method, path string, answer gatewaytest.Answer) {
	t.Helper()
	location, err := url.Parse(s.document.Servers[0].URL + path)
	if err != nil {
		t.Fatal(err)
	}
	request := &http.Request{Method: method, URL: location, Header: http.Header{}}
	route, parameters, err := s.router.FindRoute(request)
	if err != nil {
		t.Errorf("%s %s is not described: %v", method, path, err)
		return
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route, PathParams: parameters},
		Status:                 answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Raw)),
	})
	if err != nil {
		t.Errorf("%s %s: the answer is not as described: %v", method, s.Base+path, err)
	}
	response := route.Operation.Responses.Status(answer.Status)
	if response == nil {
		t.Errorf("%s %s: %d is not described", method, s.Base+path, answer.Status)
		return
	}
	if method == http.MethodHead && len(response.Value.Content) > 0 {
		t.Errorf("%s is described with a body", method)
	}
	if answer.Status == http.StatusInternalServerError {
		t.Errorf("%s %s: %s", method, s.Base+path, answer.Raw)
	}
	headersConform(t, path, response.Value.Headers, answer.Header)
}

// headersConform wants what was sent to be described, and what is described to be sent and
// described as always there, but for Link and ETag.
func headersConform(t *testing.T, path string, described openapi3.Headers, sent http.Header) {
	t.Helper()
	known := []string{"Date", "Content-Type", "Content-Length", "Cache-Control", "X-Content-Type-Options"}
	for name, header := range described {
		known = append(known, http.CanonicalHeaderKey(name))
		if header.Value.Required == (name == "Link" || name == "ETag") {
			t.Errorf("%s: it is described as %t that %s is always there", path, header.Value.Required, name)
		}
		if header.Value.Required && sent.Get(name) == "" {
			t.Errorf("%s: the header %s is described, and is not there", path, name)
		}
	}
	for name := range sent {
		if !slices.Contains(known, name) {
			t.Errorf("%s: the header %s is not described", path, name)
		}
	}
}

// headersOf asks for the headers alone.
func headersOf(d *gatewaytest.District, c *gatewaytest.Client, path string) gatewaytest.Answer {
	return askedWith(d, c, http.MethodHead, path, "")
}

// askedWith asks as a client that has the bytes of a tag.
func askedWith(d *gatewaytest.District, c *gatewaytest.Client, method, path, tag string) gatewaytest.Answer {
	r := d.Request(method, c.Base+path, nil)
	r.Header.Set("Authorization", "Bearer "+c.Token)
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	return d.Do(r)
}

func TestTheDescriptionCoversEveryReadAndEveryAnswerIsAsDescribed(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, s := range described(t, d) {
			if n := s.document.Paths.Len(); n != len(s.Routes) {
				t.Errorf("%d paths are described, %d served below %s", n, len(s.Routes), s.Base)
			}
			for _, v := range vendors() {
				client := s.by(d.As(v.app))
				for _, r := range s.Routes {
					path := concrete(d, r)
					for _, query := range []string{"", "?fields=sourcedId,nothing", "?sort=nothing", "?filter=nothing%3D'x'", "?limit=0"} {
						s.conforms(t, http.MethodGet, path+query, client.Get(path+query))
					}
					s.conforms(t, http.MethodHead, path, headersOf(d, client, path))
				}
			}
		}
	})
}

// A district that has all that 1.2 knows, and shares it, sends what is described.
func TestEveryFieldOf12IsSentAsDescribed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(withRoles(t).Folder(t))
		edit := apps.Edit{}
		for _, e := range catalog.Tables(catalog.V12) {
			_, nested := e.Holder()
			for _, f := range e.In(catalog.V12) {
				if (e.Served || nested) && f.Class != catalog.Structural && f.Kind != catalog.Identifiers {
					edit.Share = append(edit.Share, e.Plural+"."+f.Name)
				}
			}
		}
		d.Edit("amplify", edit)
		for _, s := range described(t, d) {
			c := s.by(d.As("amplify"))
			for _, r := range s.Routes {
				path := concrete(d, r)
				answer := c.Get(path)
				s.conforms(t, http.MethodGet, path, answer)
				if answer.Status == http.StatusNotFound && len(r.Only.Values)+len(r.Parents) > 0 { // it is no record of that kind
					continue
				}
				want(t, answer, http.StatusOK)
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					same := askedWith(d, c, method, path, answer.Header.Get("ETag"))
					s.conforms(t, method, path, want(t, same, http.StatusNotModified))
				}
			}
		}
		ana := string(d.As("amplify").In12().One("users", "ana").Raw)
		for _, member := range []string{`"userProfiles":[{"profileId":"http`, `"userProfile":"http`, `"pronouns":"they/them"`, `"preferredFirstName"`, `"primaryOrg":{`} {
			if !strings.Contains(ana, member) {
				t.Errorf("%s is not there: %s", member, ana)
			}
		}
	})
}

// What a description of 1.2 says of users is what the standard lists, without credentials.
func TestTheDescriptionOf12HasTheMembersOf12(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, database.SQLite))
	for _, s := range described(t, d) {
		schemas := s.document.Components.Schemas
		for name, wanted := range map[string]string{
			"user": `agents dateLastModified email enabledUser familyName givenName grades identifier metadata middleName phone
				preferredFirstName preferredLastName preferredMiddleName primaryOrg pronouns resources roles sms sourcedId status
				userIds userMasterIdentifier userProfiles username`,
			"role":        "beginDate endDate org role roleType userProfile",
			"userProfile": "applicationId description profileId profileType vendorId",
		} {
			if schema := schemas[name]; s.Name == "rostering" && strings.Join(slices.Sorted(maps.Keys(schema.Value.Properties)), " ") != strings.Join(strings.Fields(wanted), " ") {
				t.Errorf("%s has %v, wanted %s", name, slices.Sorted(maps.Keys(schema.Value.Properties)), wanted)
			}
		}
		for _, absent := range [][2]string{{"role", "1.1"}, {"userProfile", "1.1"}, {"statusInfoSet", "1.2"}, {"imsx_StatusInfo", "1.1"}} {
			if schemas[absent[0]] != nil && s.document.Info.Version == absent[1] {
				t.Errorf("the document of %s has %s", absent[1], absent[0])
			}
		}
		if s.Name == "rostering" {
			wordsOf(t, schemas["demographics"].Value.Properties["sex"], map[any]bool{"other": true, "ext:nonBinary": true, "ext:": false, "divers": false})
			wordsOf(t, schemas["role"].Value.Properties["role"], map[any]bool{"principal": true, "administrator": false, "ext:coach": true})
			wordsOf(t, schemas["role"].Value.Properties["roleType"], map[any]bool{"primary": true, "ext:third": false})
			wordsOf(t, schemas["userProfile"].Value.Properties["profileId"], map[any]bool{"urn:uuid:1": true})
		}
	}
}

// wordsOf checks which words a member may have.
func wordsOf(t *testing.T, schema *openapi3.SchemaRef, allowed map[any]bool) {
	t.Helper()
	for word, may := range allowed {
		if err := schema.Value.VisitJSON(word); (err == nil) != may {
			t.Errorf("%v: %v", word, err)
		}
	}
}

// A program finds the document of 1.2 beside the reads, without credentials.
func TestTheDescriptionIsDiscoveredBesideTheReads(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for name, service := range map[string]string{
			"onerosterv1p2rostersservice_openapi3_v1p0.json":   "rostering",
			"imsorv1p2_rostering_openapi3_v1p0.json":           "rostering",
			"onerosterv1p2resourcesservice_openapi3_v1p0.json": "resources",
			"imsorv1p2_resources_openapi3_v1p0.json":           "resources",
		} {
			for _, base := range []string{"/ims/oneroster/%s/v1p2", "/ims/oneroster/v1p2/%s/v1p2"} {
				plain := impersonal(want(t, d.Do(d.Request(http.MethodGet, "/api/onerosterv1p2-"+service+".json", nil)), http.StatusOK))
				path := fmt.Sprintf(base, service) + "/discovery/" + name
				for _, end := range []string{"", "/"} {
					a := want(t, d.Do(d.Request(http.MethodGet, path+end, nil)), http.StatusOK)
					if impersonal(a) != plain {
						t.Errorf("%s is another document", path+end)
					}
					understood(t, catalog.ServiceOf(catalog.V12, "users"), a)
					head := want(t, d.Do(d.Request(http.MethodHead, path+end, nil)), http.StatusOK)
					if len(head.Raw) > 0 || head.Header.Get("Content-Length") != fmt.Sprint(len(a.Raw)) {
						t.Errorf("HEAD %s: %v with %d bytes", path, head.Header, len(head.Raw))
					}
				}
				other := map[string]string{"rostering": "resources", "resources": "rostering"}[service]
				want(t, d.Do(d.Request(http.MethodGet, fmt.Sprintf(base, other)+"/discovery/"+name, nil)), http.StatusUnauthorized)
			}
			want(t, d.As("amplify").Get("/discovery/"+name), http.StatusNotFound)
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

// descriptions are the paths of everything that describes the API.
func descriptions() []string {
	all := []string{"/api/", "/api/first-sync", "/api/style.css"}
	for _, s := range catalog.Services() {
		all = append(all, "/api/"+openapi.File(s))
	}
	return all
}

func TestTheDescriptionNamesNothingThatADistrictDefined(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, database.SQLite))
	for _, path := range descriptions() {
		answer := d.Do(d.Request(http.MethodGet, path, nil))
		want(t, answer, http.StatusOK)
		for _, known := range catalog.KnownKeys() {
			e, _ := catalog.Find(known.Entity)
			_, isField := e.Field(known.Key)
			if !isField && bytes.Contains(answer.Raw, []byte(known.Key)) {
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
