package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// takingPlusForItself is a request whose signer decodes no plus sign, and sends it as it is.
func takingPlusForItself(t testing.TB, d *gatewaytest.District, path string) note {
	t.Helper()
	signed := sign(d, "amplify", strings.ReplaceAll(path, "+", "%2B"))
	n := signed
	n.signature, n.path = signed.signed(t), path
	return n
}

func TestARequestIsAnsweredAsItsSignerReadsIt(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		if err := d.DB.Write.Exec("UPDATE users SET email = 'ana+1@cedar.example' WHERE sourced_id = 'ana'").Error; err != nil {
			t.Fatal(err)
		}
		const path = "/users?filter=email='ana+1@cedar.example'"
		a := want(t, takingPlusForItself(t, d, path).send(t, d, d.Gateway), 200)
		if got := idsOf(a.Records()); !slices.Equal(got, []string{"ana"}) {
			t.Errorf("who signed a plus sign gets %q", got)
		}
		if e := entry(t, d, a, audit.KindDisclosure); e.Count != 1 {
			t.Errorf("the ledger has %+v", e)
		}
		if got := want(t, sign(d, "amplify", path).send(t, d, d.Gateway), 200).Records(); len(got) != 0 {
			t.Errorf("who signed a blank gets %q", idsOf(got))
		}
		// What is no filter with plus signs in it is refused to who signed those.
		want(t, takingPlusForItself(t, d, "/users?filter=role='student'+AND+status='active'").send(t, d, d.Gateway), 400)
	}, gatewaytest.PublicURL(public))
}

// A link is a request to be signed as it stands: no plus sign is in it that could be
// taken for itself.
func TestASignerWhoTakesAPlusSignForItselfGetsThePagesBehindTheFirst(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		path, got := "/users?limit=1&filter=role%3D'student'%20AND%20status%3D'active'", []string{}
		for path != "" {
			a := want(t, takingPlusForItself(t, d, path).send(t, d, d.Gateway), 200)
			if strings.Contains(a.Header.Get("Link"), "+") {
				t.Fatalf("the links are %s", a.Header.Get("Link"))
			}
			got, path = append(got, idsOf(a.Records())...), nextOf(a.Header.Get("Link"))
		}
		sameSet(t, "students", got, []string{"ana", "ben"})
	}, gatewaytest.PublicURL(public))
}

// headed is a request for the headers alone.
func headed(d *gatewaytest.District, token, path string) gatewaytest.Answer {
	r := d.Request(http.MethodHead, gatewaytest.Base+path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return d.Do(r)
}

// Who asks for the headers gets those of the answer, and is on record without records.
func TestHeadGivesTheHeadersAndNoRecord(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, path := range []string{"/users?limit=2", "/users/ana", "/users?filter=role='nobody'"} {
			whole, head := want(t, c.Get(path), 200), want(t, headed(d, c.Token, path), 200)
			for _, name := range []string{"X-Total-Count", "X-Count", "X-Perm-Rev", "Content-Length", "Content-Type"} {
				if got := head.Header.Get(name); got != whole.Header.Get(name) {
					t.Errorf("HEAD %s: %s is %q, of GET %q", path, name, got, whole.Header.Get(name))
				}
			}
			if len(head.Raw) > 0 || head.Links()["next"] == "" != (whole.Links()["next"] == "") {
				t.Errorf("HEAD %s: %q, links %v", path, head.Raw, head.Links())
			}
			if e := entry(t, d, head, audit.KindDisclosure); e.Count != 0 || e.Route == "" {
				t.Errorf("HEAD %s: the ledger has %+v", path, e)
			}
		}
		for path, status := range map[string]int{"/users/nobody": 404, "/nothing": 404, "/users?limit=0": 400} {
			entry(t, d, want(t, headed(d, c.Token, path), status), audit.KindRefusal)
		}
		want(t, headed(d, "unknown", "/users"), 401)
	})
}

// A signature for one method is none for another.
func TestASignatureOfGetIsNoneOfHead(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		r := d.Request(http.MethodHead, gatewaytest.Base+"/users", nil)
		r.Header.Set("Authorization", sign(d, "amplify", "/users").header(t))
		want(t, d.Do(r), 401)
	}, gatewaytest.PublicURL(public))
}
