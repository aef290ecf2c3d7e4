package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/web"
)

// noText are bytes that no database holds as text: a zero, bytes that begin nothing,
// an overlong zero, half of a pair.
func noText() []string { return []string{"\x00", "a\x00b", "\xff", "\xc0\x80", "\xed\xa0\x80"} }

// uploads are the pages whose forms bring files, which they read by themselves.
func uploads() []string { return []string{"/imports", "/apps/opt-outs/file"} }

func TestWhatIsNoTextIsRefusedByEveryPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		refused := func(a answer, how ...string) {
			t.Helper()
			if a.status != http.StatusBadRequest || !strings.Contains(a.body, "What was sent is not text") || a.header.Get("Content-Security-Policy") == "" {
				t.Errorf("%q: %d", how, a.status)
			}
		}
		for _, l := range web.Routes() {
			for i, bad := range noText() {
				if i > 1 && l.Method == http.MethodGet && !varying.MatchString(l.Path) {
					continue // the bytes are looked at by one function; the places are what differs
				}
				escaped := url.QueryEscape(bad)
				for _, g := range []*guest{h.admin, h.nobody} {
					for _, path := range []string{
						example(l) + "?x=" + escaped, example(l) + "?" + escaped, varying.ReplaceAllString(l.Path, escaped) + "/" + escaped,
					} {
						refused(g.send(l.Method, path, nil, nil), l.Method, path)
					}
					if l.Method == http.MethodPost && !slices.Contains(uploads(), l.Path) {
						refused(g.post(example(l), url.Values{"x": {"y", bad}}), "POST a value to", l.Path, bad)
						refused(g.post(example(l), url.Values{bad: {"y"}}), "POST a name to", l.Path, bad)
					}
				}
				if varying.MatchString(l.Path) {
					path := varying.ReplaceAllString(l.Path, "x"+escaped)
					refused(h.admin.send(l.Method, path, nil, nil), l.Method, path)
				}
			}
		}
		refused(h.admin.get("/nowhere/%ff"), "a page that there is not")
		if strings.Contains(h.log.String(), "failed") || strings.Contains(h.log.String(), "crashed") {
			t.Errorf("the log has %s", h.log)
		}
		h.admin.get("/").shows(t, "Dashboard") // nothing above signed the admin out
		h.admin.get("/sign-in?next=%2F%3Fx%3D%C3%A9")
	})
}

func TestAFormInPartsIsLookedAtToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		for _, bad := range noText() {
			var b bytes.Buffer
			w := multipart.NewWriter(&b)
			if err := w.WriteField("email", "ada"+bad); err != nil {
				t.Fatal(err)
			}
			_ = w.Close() // into memory
			res, err := h.nobody.Post(h.URL+"/sign-in", w.FormDataContentType(), &b)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusBadRequest {
				t.Errorf("%q: %d", bad, res.StatusCode)
			}
		}
		long := h.nobody.post("/sign-in", url.Values{"email": {strings.Repeat("a", 2<<20)}})
		if long.status != http.StatusBadRequest || !strings.Contains(long.body, "longer than 1 MiB") {
			t.Errorf("a form that is too long: %d", long.status)
		}
	})
}
