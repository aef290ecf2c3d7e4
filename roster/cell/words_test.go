package cell

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster/codec"
	"pgregory.net/rapid"
)

// fields are all that have cells.
func fields() []catalog.Field {
	var all []catalog.Field
	for _, e := range catalog.Tables(catalog.V11) {
		for _, f := range e.Columns(catalog.V11) {
			if f.Class != catalog.Credential {
				all = append(all, f.As(catalog.V11))
			}
		}
	}
	return all
}

func TestEveryWordOfAnotherSystemStandsForOneWordOfOneRoster(t *testing.T) {
	for _, w := range Words() {
		fits := 0
		for _, f := range fields() {
			if f.Name != w.Field || !slices.Contains(f.Values, w.Means) {
				continue
			}
			fits++
			for _, text := range w.Written {
				if value, bad, loose := Clean(&f, strings.ToUpper(text)); value != w.Means || bad.Found() || !loose.Found() {
					t.Errorf("%s %s is read as %q, want %q", f.Name, text, value, w.Means)
				}
				if value, _, _ := Clean(&f, "ext:"+text); value != w.Means {
					t.Errorf("%s ext:%s is read as %q, want %q", f.Name, text, value, w.Means)
				}
				if letters(text) != text {
					t.Errorf("%s is never met as it stands", text)
				}
			}
		}
		if fits == 0 {
			t.Errorf("no field %s has the word %s", w.Field, w.Means)
		}
	}
}

func TestAWordOfADistrictsOwnIsKeptWhereOneRoster12AllowsIt(t *testing.T) {
	roles, _ := catalog.Find("roles")
	role, _ := roles.Field("role")
	in11, in12 := role.As(catalog.V11), role.As(catalog.V12)
	for text, want := range map[string]string{"ext:coach": "ext:coach", "principal": "principal", "Site Administrator": "siteAdministrator", "ext:": "", "ext:a b": "", "coach": ""} {
		if value, bad, _ := Clean(&in12, text); value != want || bad.Found() != (want == "") {
			t.Errorf("%q is read as %q, want %q", text, value, want)
		}
		if value, _, _ := Clean(&in11, "ext:coach"); value != "" {
			t.Errorf("OneRoster 1.1 has %q", value)
		}
	}
}

func TestARowOfADeltaSaysItsStatus(t *testing.T) {
	for _, word := range Leaving() {
		if gone, bad, loose := Stated(word); !gone || bad.Found() || loose.Found() != (word != "tobedeleted") {
			t.Errorf("%s: gone %v, %v, %v", word, gone, bad, loose)
		}
	}
	for _, word := range Staying() {
		if gone, bad, loose := Stated(word); gone || bad.Found() || loose.Found() != (word != "active") {
			t.Errorf("%s: gone %v, %v, %v", word, gone, bad, loose)
		}
	}
	for _, word := range []string{"", " ", "NULL", "maybe"} {
		if gone, bad, _ := Stated(word); gone || !bad.Found() {
			t.Errorf("%q: gone %v, %v", word, gone, bad)
		}
	}
}

func TestAWordWithSeveralMeaningsIsNotReadAndTheWordsAreNamed(t *testing.T) {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	role = role.As(catalog.V11)
	for _, word := range []string{"staff", "S", "ext:", "elementary", "teacher student", "ext:robot"} {
		value, bad, _ := Clean(&role, word)
		if value != "" || !bad.Found() {
			t.Errorf("%q is read as %q", word, value)
		}
		for _, allowed := range role.Values {
			if !strings.Contains(bad.Remedy, allowed) {
				t.Errorf("%q: the remedy %q does not name %s", word, bad.Remedy, allowed)
			}
		}
	}
}

func TestAStatusSaysOneThing(t *testing.T) {
	for _, word := range Leaving() {
		if gone, bad, loose := Status(strings.ToUpper(word)); !gone || bad.Found() || !loose.Found() || loose == Needless {
			t.Errorf("%s: gone %v, %v, %v", word, gone, bad, loose)
		}
	}
	for _, word := range Staying() {
		if gone, bad, loose := Status(" " + word); gone || bad.Found() || !loose.Found() {
			t.Errorf("%s: gone %v, %v, %v", word, gone, bad, loose)
		}
	}
	for _, word := range []string{"pending", "1", "0", "suspended", "x\ny"} {
		if _, bad, _ := Status(word); !bad.Found() {
			t.Errorf("%s is understood", word)
		}
	}
	if gone, bad, loose := Status(" "); gone || bad.Found() || loose.Found() {
		t.Error("a blank status says something")
	}
}

func TestDatesAndYearsAreReadOnlyWhereTheyCanBeNoOther(t *testing.T) {
	for text, want := range map[string]string{
		"2025-08-18T00:00:00.000Z": "2025-08-18", "2025-08-18 00:00:00": "2025-08-18", "2025-08-18T00:00:00-05:00": "2025-08-18",
		"2025-08-18 14:30": "2025-08-18", "2025-08-18T05:00:00Z": "2025-08-18", "2025-08-18T22:00:00Z": "", "2025-08-17T23:00:00+02:00": "",
		"2025/08/18": "2025-08-18", "2025.8.18": "2025-08-18", "20250818": "2025-08-18", "18082025": "", "08182025": "",
		"8/18/2025": "2025-08-18", "18/8/2025": "2025-08-18", "18.08.2025": "2025-08-18", "3/4/2025": "", "4/4/2025": "2025-04-04",
		"8/18/2025 12:00:00 AM": "2025-08-18", "8/18/25": "", "13/13/2025": "", "2/30/2025": "", "2025-02-29": "", "2024-02-29": "2024-02-29",
		"18-AUG-2025": "2025-08-18", "Aug 18 2025 12:00AM": "2025-08-18", "August 18, 2025": "2025-08-18", "Sept. 1, 2025": "2025-09-01",
		"18th August 2025": "2025-08-18", "Augst 18, 2025": "", "45887": "", "2025-08": "", "1899-12-30": "", "9999-12-31": "", "0000-00-00 00:00:00": "",
	} {
		if value, bad, _ := Clean(&catalog.Field{Name: "endDate", Kind: catalog.Date}, text); value != want || (want == "") != bad.Found() {
			t.Errorf("the date %q is read as %q, want %q (%s)", text, value, want, bad.Problem)
		}
	}
	for text, want := range map[string]string{
		"2026": "2026", "2025-2026": "2026", "2025-26": "2026", "2025/2026": "2026", "2025/26": "2026", "2025 - 2026": "2026", "2025–2026": "2026", "2025 to 2026": "2026",
		"25-26": "2026", "SY26": "2026", "SY 2025-26": "2026", "School Year 2025-2026": "2026", "FY2026": "2026", "AY25-26": "2026",
		"2025-2027": "", "2026-2025": "", "2025-2025": "", "26": "", "20266": "", "2025-2026-2027": "", "0000": "",
	} {
		if value, bad, _ := Clean(&catalog.Field{Name: "schoolYear", Kind: catalog.Year}, text); value != want || (want == "") != bad.Found() {
			t.Errorf("the year %q is read as %q, want %q", text, value, want)
		}
	}
}

// texts are what cells may hold: words of the tables in every dress, and anything.
func texts() *rapid.Generator[string] {
	var known []string
	for _, w := range Words() {
		known = append(append(known, w.Written...), w.Means)
	}
	for _, s := range ceds.Spellings() {
		known = append(append(known, s.Written...), s.Code)
	}
	for _, n := range Nones() {
		known = append(known, n.Text)
	}
	known = append(append(append(append(known, Leaving()...), Staying()...), Affirmations()...), Denials()...)
	pieces := append(known, "ext:", "-", " ", "/", "2025", "26", "8", "18", "T00:00:00Z", ",", ";", "{", "}", ":", "\ufffd", "Ã©", "E+05", "\"", "grade")
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.Bool().Draw(t, "anything") {
			return rapid.String().Draw(t, "text")
		}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 5).Draw(t, "pieces"), "")
		if rapid.Bool().Draw(t, "capitals") {
			return strings.ToUpper(text)
		}
		return text
	})
}

func TestWhatWasCleanedIsCleanAndWhatItsFieldMayHold(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := texts().Draw(r, "cell")
		for _, f := range fields() {
			value, bad, _ := Clean(&f, text)
			switch {
			case bad.Found() && value != "":
				t.Errorf("%s: %q is bad, and %q is kept", f.Name, text, value)
			case value != "" && !fits(f, value):
				t.Errorf("%s: %q is read as %q", f.Name, text, value)
			}
			settled(t, f, text)
		}
		if gone, bad, _ := Status(text); gone && bad.Found() {
			t.Errorf("the status %q is bad, and the record gone", text)
		}
		if value, flaw := Member(text); value != "" && value != strings.TrimSpace(text) {
			t.Errorf("the metadata %q is read as %q (%s)", text, value, flaw.Problem)
		}
	})
}

// fits reports whether a field may hold a value.
func fits(f catalog.Field, value string) bool {
	switch f.Kind {
	case catalog.Token:
		return slices.Contains(f.Values, value)
	case catalog.Tokens:
		return !slices.ContainsFunc(codec.Items(value), func(word string) bool { return !slices.Contains(f.Values, word) })
	case catalog.Boolean:
		return value == "true" || value == "false"
	case catalog.Date:
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	case catalog.Year:
		_, err := time.Parse("2006", value)
		return err == nil
	}
	return true
}
