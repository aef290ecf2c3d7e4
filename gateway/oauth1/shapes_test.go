package oauth1_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/gateway/oauth1"
)

const (
	recordedBase   = "https://roster.example.org/ims/oneroster/v1p1"
	recordedSecret = "a-secret~of_the.app-7Q"
)

// recording is a request as a client signed it.
type recording struct{ client, shape, method, path, query, header, read string }

func recordings(t testing.TB) []recording {
	t.Helper()
	text, err := os.ReadFile("testdata/signers.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []recording
	for block := range strings.SplitSeq(string(text), "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if strings.HasPrefix(lines[0], "#") {
			continue
		}
		r := recording{client: lines[0], shape: lines[1], header: lines[3]}
		r.method, r.path, _ = strings.Cut(lines[2], " ")
		r.path, r.query, _ = strings.Cut(r.path, "?")
		if r.read = r.query; len(lines) > 4 {
			r.read = lines[4]
		}
		all = append(all, r)
	}
	return all
}

func (r recording) check(t testing.TB, secret string) (string, error) {
	t.Helper()
	s, ok := oauth1.Parse(r.header)
	if !ok {
		t.Fatalf("%s: the header is not understood", r.client)
	}
	return s.Check(r.method, recordedBase+r.path, r.query, secret)
}

func TestWhatClientsSignIsAcceptedAsTheyMeantIt(t *testing.T) {
	for _, r := range recordings(t) {
		if read, err := r.check(t, recordedSecret); err != nil || read != r.read {
			t.Errorf("%s (%s), %s %s?%s: read as %q (%v)", r.client, r.shape, r.method, r.path, r.query, read, err)
		}
		if _, err := r.check(t, recordedSecret+"x"); err == nil {
			t.Errorf("%s: accepted with another secret", r.client)
		}
	}
}

// Whatever is changed behind the signer's back is another request, and does not hold.
func TestNothingElseThanWhatWasSignedIsAccepted(t *testing.T) {
	for _, r := range recordings(t) {
		for what, change := range map[string]func(r *recording){
			"a method":                 func(r *recording) { r.method += "X" },
			"a parameter more":         func(r *recording) { r.query += "&offset=1" },
			"a parameter twice":        func(r *recording) { r.query += "&" + r.query + "&limit=2" },
			"a parameter of OAuth":     func(r *recording) { r.query += "&oauth_version=1.0" },
			"a character of the path":  func(r *recording) { r.path += "x" },
			"a slash more":             func(r *recording) { r.path += "/" },
			"an escaped slash":         func(r *recording) { r.path = "/" + strings.Replace(r.path[1:], "/", "%2F", 1) + "%2F" },
			"the path encoded twice":   func(r *recording) { r.path = strings.ReplaceAll(r.path, "%", "%25") + "%25" },
			"a step up in the path":    func(r *recording) { r.path += "/../users" },
			"another query altogether": func(r *recording) { r.query = "limit=9" },
		} {
			changed := r
			change(&changed)
			if read, err := changed.check(t, recordedSecret); err == nil {
				t.Errorf("%s: %s changed, and accepted as %q", r.client, what, read)
			}
		}
	}
}

// A plus sign is read as it was signed: who signed one cannot be given a blank.
func TestAPlusSignAndABlankAreNeverTakenForEachOther(t *testing.T) {
	for _, r := range recordings(t) {
		if !strings.Contains(r.read, "%2B") {
			continue
		}
		for _, sent := range []string{r.read, strings.ReplaceAll(r.read, "%2B", "+")} {
			r.query = sent
			if read, err := r.check(t, recordedSecret); err != nil || read != r.read {
				t.Errorf("%s: %q is read as %q (%v)", r.client, sent, read, err)
			}
		}
		if r.query = strings.ReplaceAll(r.read, "%2B", "%20"); r.query != r.read {
			if _, err := r.check(t, recordedSecret); err == nil {
				t.Errorf("%s: a blank passes for a plus sign", r.client)
			}
		}
	}
}

// Every base string that is tried, taken apart, gives the very request that it was made
// of. So no two requests of different meaning share one.
func TestABaseStringIsThatOfOneRequestOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab/%+ ~!*()'=&.;ñ2F")), 0, 6, -1)
		var segments, meant []string
		for range rapid.IntRange(1, 3).Draw(t, "segments") {
			segment := text.Draw(t, "segment")
			meant = append(meant, segment)
			segments = append(segments, url.PathEscape(segment))
		}
		var query, pairs []string
		for range rapid.IntRange(0, 3).Draw(t, "pairs") {
			name, value := text.Draw(t, "name"), text.Draw(t, "value")
			pairs = append(pairs, name+"\x00"+value)
			query = append(query, awkwardly(t, name)+"="+awkwardly(t, value))
		}
		parameters := [][2]string{{"oauth_nonce", text.Draw(t, "nonce")}}
		s := oauth1.Signature{Parameters: parameters}
		all, err := s.Bases("GET", "https://h/"+strings.Join(segments, "/"), strings.Join(query, "&"))
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, "oauth_nonce\x00"+parameters[0][1])
		slices.Sort(pairs)
		for _, base := range all {
			parts := strings.Split(base, "&")
			if len(parts) != 3 || parts[0] != "GET" {
				t.Fatalf("%q has not three parts", base)
			}
			path := strings.TrimPrefix(unescaped(t, parts[1]), "https://h/")
			var read []string
			for segment := range strings.SplitSeq(path, "/") {
				read = append(read, unescaped(t, segment))
			}
			if !slices.Equal(read, meant) {
				t.Fatalf("%q is of the path %q, not of %q", base, read, meant)
			}
			if got := taken(t, unescaped(t, parts[2])); !slices.Equal(got, pairs) {
				t.Fatalf("%q is of %q, not of %q", base, got, pairs)
			}
		}
	})
}

// awkwardly writes a part of a query in one of the ways in which it can be sent.
func awkwardly(t *rapid.T, text string) string {
	encoded := url.QueryEscape(text)
	switch rapid.IntRange(0, 3).Draw(t, "way") {
	case 0:
		encoded = strings.ReplaceAll(encoded, "+", "%20")
	case 1:
		encoded = strings.NewReplacer("%27", "'", "%2F", "/", "%21", "!", "%28", "(").Replace(encoded)
	case 2:
		encoded = strings.NewReplacer("%3D", "%3d", "~", "%7E", "a", "%61").Replace(encoded)
	}
	return encoded
}

func unescaped(t *rapid.T, text string) string {
	plain, err := url.PathUnescape(text)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// taken are the pairs of joined parameters.
func taken(t *rapid.T, joined string) []string {
	pairs, err := oauth1.Pairs(joined)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range pairs {
		all = append(all, p[0]+"\x00"+p[1])
	}
	slices.Sort(all)
	return all
}

// The page for vendors names the clients of the recordings, and no others.
func TestThePageNamesWhatEachClientNeeds(t *testing.T) {
	page, err := os.ReadFile("../../docs/signatures.md")
	if err != nil {
		t.Fatal(err)
	}
	var named, recorded []string
	for line := range strings.SplitSeq(string(page), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) == 5 && cells[1] != " Client " && !strings.HasPrefix(cells[1], "-") {
			named = append(named, strings.TrimSpace(cells[1])+": "+strings.TrimSpace(cells[2]))
		}
	}
	for _, r := range recordings(t) {
		recorded = append(recorded, r.client+": "+r.shape)
	}
	slices.Sort(named)
	slices.Sort(recorded)
	if recorded = slices.Compact(recorded); !slices.Equal(named, recorded) {
		t.Errorf("the page has %q, recorded are %q", named, recorded)
	}
}
