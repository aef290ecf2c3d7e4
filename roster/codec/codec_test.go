package codec

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"
)

// encoded is what encoding/json writes, without HTML escapes.
func encoded(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// texts are texts that JSON writes in ways of their own, and some that it does not.
func texts() []string {
	return []string{"", "a", `"`, `\`, "a\tb", "\x00", "\x7f", "é", "李", "\u2028", "a\u2029b", "\xff", "a\xe2\x80", "<&>", `","`, `["`, `"]`, "\U0001f600", "\ufffd"}
}

func TestATextIsWrittenAsTheEncoderWritesIt(t *testing.T) {
	same := func(text string) bool { return string(AppendText(nil, text)) == encoded(t, text) }
	for _, text := range texts() {
		if !same(text) {
			t.Errorf("%q is %s", text, AppendText(nil, text))
		}
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
	if err := quick.Check(func(raw []byte) bool { return same(string(raw)) }, nil); err != nil {
		t.Error(err)
	}
}

func TestAListIsWrittenAsTheEncoderWritesItAndReadAsItWas(t *testing.T) {
	same := func(items []string) bool {
		if len(items) == 0 {
			return List(items) == "" && Items("") == nil
		}
		var want []string
		if err := json.Unmarshal([]byte(encoded(t, items)), &want); err != nil {
			t.Fatal(err)
		}
		return List(items) == encoded(t, items) && slices.Equal(Items(List(items)), want)
	}
	if !same(texts()) {
		t.Errorf("%q is %s", texts(), List(texts()))
	}
	for _, text := range texts() {
		if !same([]string{text}) || !same([]string{text, "b", text}) {
			t.Errorf("%q is %s, read as %q", text, List([]string{text}), Items(List([]string{text})))
		}
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestAListThatADatabaseWroteAnewIsReadAllTheSame(t *testing.T) {
	for _, text := range []string{`["03", "04"]`, `[ "03","04" ]`, "[\"03\",\n\"04\"]", `["03","\u0030\u0034"]`} {
		if items := Items(text); !slices.Equal(items, []string{"03", "04"}) {
			t.Errorf("%s is %q", text, items)
		}
	}
}

func TestATextIsReadAsItWas(t *testing.T) {
	for _, text := range texts() {
		if utf8.ValidString(text) && Text(string(AppendText(nil, text))) != text {
			t.Errorf("%q is %q", text, Text(string(AppendText(nil, text))))
		}
	}
}
