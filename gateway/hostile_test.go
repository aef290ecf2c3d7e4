package gateway_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/sample"
)

// hostile are texts that a careless writer of JSON or HTML trips over. An import
// takes all of them.
func hostile() []string {
	return []string{
		`<script>alert("x")</script>`, `"`, `\`, `\"`, `\u0000`, `","role":"administrator`, `'; DROP TABLE users; --`,
		"a\u2028b\u2029c", "\ufeffBOM", "e\u0301 \u202egnp.exe", "\U0001F469\u200D\U0001F52C", "&amp;<>&", `{"a":[1]}`, "%s%n%!d", "\ufffd", "null",
	}
}

// rewrite changes the cells of a column of a file, row by row.
func rewrite(t *testing.T, file, column string, change func(row int, cell string) string) {
	t.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(in))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, header := range rows[0] {
		if header == column {
			at = i
		}
	}
	for i, row := range rows[1:] {
		row[at] = change(i, row[at])
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(out).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// hostileDistrict is a package whose texts are hostile, one after the other.
func hostileDistrict(t *testing.T) string {
	t.Helper()
	dir := dbtest.Folder(t)
	if err := (sample.District{Students: gatewaytest.Students, Seed: 1}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	texts := hostile()
	rewrite(t, filepath.Join(dir, "users.csv"), "givenName", func(row int, _ string) string { return texts[row%len(texts)] })
	texts = texts[:len(texts)-1] // null is somebody's name, and elsewhere no value
	for _, place := range []struct{ file, column string }{
		{"users.csv", "metadata.studentNumber"}, {"classes.csv", "title"}, {"demographics.csv", "metadata.homeLanguage"},
	} {
		rewrite(t, filepath.Join(dir, place.file), place.column, func(row int, _ string) string { return texts[row%len(texts)] })
	}
	rewrite(t, filepath.Join(dir, "users.csv"), "userIds", func(row int, _ string) string {
		return "{StateID:" + strings.NewReplacer("{", "", "}", "").Replace(texts[row%len(texts)]) + "}"
	})
	rewrite(t, filepath.Join(dir, "classes.csv"), "periods", func(row int, _ string) string { return texts[row%len(texts)] })
	return dir
}

func TestHostileTextComesOutAsItWentIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.StartWith(t, s, hostileDistrict(t))
		seen := map[string]int{}
		count := func(value any) {
			text, _ := value.(string)
			seen[text]++
		}
		for _, u := range d.As("schoolinks").Walk("/users") {
			count(u["givenName"])
			if bag, ok := u["metadata"].(map[string]any); ok {
				count(bag["studentNumber"])
			}
		}
		for _, c := range d.As("schoolinks").Walk("/classes") {
			count(c["title"])
		}
		for _, x := range d.As("amplify").Walk("/demographics") {
			count(x["metadata"].(map[string]any)["homeLanguage"])
		}
		for _, text := range hostile() {
			if seen[text] < 4 {
				t.Errorf("%q came out %d times, in %d forms", text, seen[text], len(seen))
			}
		}
		if len(seen) != len(hostile()) {
			t.Errorf("%d texts went in, %d came out", len(hostile()), len(seen))
		}
	})
}

// No import takes control characters. Should one be stored all the same, the
// answer is still JSON.
func TestControlCharactersAreEscaped(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		var control strings.Builder
		for c := rune(1); c < 0xa0; c++ { // PostgreSQL holds no zero
			control.WriteRune(c)
		}
		if err := d.DB.Write.Exec("UPDATE users SET given_name = ?, email = ?", control.String(), "\x7f\n").Error; err != nil {
			t.Fatal(err)
		}
		a := want(t, d.As("amplify").Get("/users?limit=3"), 200)
		for _, u := range a.Records() {
			if u["givenName"] != control.String() || u["email"] != "\x7f\n" {
				t.Errorf("the text came out as %q and %q", u["givenName"], u["email"])
			}
		}
		if strings.ContainsFunc(strings.TrimSuffix(string(a.Raw), "\n"), func(r rune) bool { return r < ' ' }) {
			t.Error("a control character is sent as it is")
		}
	})
}

// A path of any length and any bytes is answered in JSON, and is not repeated.
func TestAHostileRequestGetsAPlainAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, path := range []string{
			"/users/%3Cscript%3E", "/users/" + strings.Repeat("a", 7000), "/users/%ff%fe", "/users/%00", "/users/%0d%0aX-Injected:%201",
			"/users?limit=%3Cscript%3E", "/users?limit=10%0d%0aX-Injected:%201", "/%E2%80%AE", "/users/..%2F..%2Fetc%2Fpasswd", "/users/'%20OR%201=1",
			"/users?" + strings.Repeat("a=1&", 9000),
		} {
			a := c.Get(path)
			if a.Status != 400 && a.Status != 404 {
				t.Errorf("%.60s: %d", path, a.Status)
			}
			if !json.Valid(a.Raw) || !utf8.Valid(a.Raw) || strings.Contains(string(a.Raw), "<script") || a.Header.Get("X-Injected") != "" {
				t.Errorf("%.60s: %s", path, a.Raw)
			}
			problem(t, a)
		}
	})
}
