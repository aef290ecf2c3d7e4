package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/traffic"
)

// broken is a connection whose other end takes so many bytes and is gone.
type broken struct {
	*httptest.ResponseRecorder
	takes int
}

func (b *broken) Write(body []byte) (int, error) {
	n := min(b.takes, len(body))
	b.takes -= n
	if n < len(body) {
		return n, errors.New("write: broken pipe")
	}
	return n, nil
}

// saidOf serves a request by the gateway itself, and returns what is told of the answer.
func saidOf(d *gatewaytest.District, w http.ResponseWriter, r *http.Request) (a traffic.Answer) {
	d.Server.Answered = func(said traffic.Answer) { a = said }
	d.Server.Handler().ServeHTTP(w, r)
	d.Server.Answered = func(traffic.Answer) {}
	return a
}

func TestRecordsCountAsSentOnceTheyAre(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		token := d.Token("amplify")
		for name, c := range map[string]struct{ takes, status, records int }{
			"all":  {1 << 20, 200, 2},
			"some": {100, 499, 0},
			"none": {0, 499, 0},
		} {
			r := httptest.NewRequest(http.MethodGet, gatewaytest.Base+"/users?limit=2", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			a := saidOf(d, &broken{httptest.NewRecorder(), c.takes}, r)
			if a.Status != c.status || a.Records != c.records || a.App != "amplify" {
				t.Errorf("of an answer of which %s arrives it is told: %+v", name, a)
			}
			if entries := d.Entries(a.RequestID); len(entries) != 1 || entries[0].Kind != audit.KindDisclosure || entries[0].Count != 2 {
				t.Errorf("of an answer of which %s arrives it is on record: %+v", name, entries)
			}
		}
	})
}

// Who asks for what they may not have cannot keep it off the record by not waiting for
// the refusal.
func TestARefusalIsOnRecordWhetherOrNotItIsWaitedFor(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		gone, hangUp := context.WithCancel(t.Context())
		hangUp()
		form := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader("grant_type=password")).WithContext(gone)
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, c := range map[string]struct {
			request *http.Request
			status  int
		}{
			"no credentials":           {httptest.NewRequest(http.MethodGet, gatewaytest.Base+"/users", nil).WithContext(gone), 401},
			"another grant of a token": {form, 400},
		} {
			a := saidOf(d, httptest.NewRecorder(), c.request)
			if entries := d.Entries(a.RequestID); len(entries) != 1 || entries[0].Kind != audit.KindRefusal || entries[0].Status != c.status || a.Status != c.status {
				t.Errorf("%s: told %+v, and on record %+v", name, a, entries)
			}
		}
	})
}

// What could not be found out for somebody who is gone is neither a refusal nor a failure
// of ours.
func TestWhoIsGoneBeforeAnythingIsFoundOutIsNotRefused(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		gone, hangUp := context.WithCancel(t.Context())
		hangUp()
		read := httptest.NewRequest(http.MethodGet, gatewaytest.Base+"/users", nil).WithContext(gone)
		read.Header.Set("Authorization", "Bearer "+d.Token("amplify"))
		form := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader("grant_type=client_credentials&client_id=a&client_secret=b")).WithContext(gone)
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, r := range []*http.Request{read, form} {
			a := saidOf(d, httptest.NewRecorder(), r)
			if entries := d.Entries(a.RequestID); len(entries) != 0 || a.Status != 499 || a.Records != 0 {
				t.Errorf("%s: told %+v, and on record %+v", r.URL.Path, a, entries)
			}
		}
		if log := d.Log.String(); log != "" {
			t.Errorf("it is logged as a failure of ours:\n%s", log)
		}
	})
}
