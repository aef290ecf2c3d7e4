package secret_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
)

func newKey(t testing.TB) secret.Key {
	t.Helper()
	key, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func seal(t testing.TB, key secret.Key, plain, context string) []byte {
	t.Helper()
	sealed, err := key.Seal([]byte(plain), context)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestWhatAKeySealsItOpens(t *testing.T) {
	key := newKey(t)
	for _, plain := range []string{"", "a", strings.Repeat("long ", 1000)} {
		opened, err := key.Open(seal(t, key, plain, "row 1/column"), "row 1/column")
		if err != nil || string(opened) != plain {
			t.Errorf("%d bytes: got %d, err %v", len(plain), len(opened), err)
		}
	}
}

func TestASealedValueDoesNotShowThePlainOne(t *testing.T) {
	key := newKey(t)
	one, two := seal(t, key, "open sesame", "c"), seal(t, key, "open sesame", "c")
	if bytes.Contains(one, []byte("sesame")) {
		t.Error("the plain text is in the sealed value")
	}
	if bytes.Equal(one, two) {
		t.Error("sealing twice gave the same bytes: the nonce is not random")
	}
}

func TestAnAlteredValueDoesNotOpen(t *testing.T) {
	key := newKey(t)
	sealed := seal(t, key, "open sesame", "c")
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if opened, err := key.Open(altered, "c"); err == nil || opened != nil {
			t.Errorf("byte %d altered: opened %d bytes, err %v", i, len(opened), err)
		}
	}
	for n := range sealed {
		if opened, err := key.Open(sealed[:n], "c"); err == nil || opened != nil {
			t.Errorf("cut to %d bytes: opened %d bytes, err %v", n, len(opened), err)
		}
	}
}

func TestAValueDoesNotOpenInAnotherPlace(t *testing.T) {
	key := newKey(t)
	sealed := seal(t, key, "open sesame", "credentials/1/sealed_secret")
	for _, context := range []string{"", "credentials/2/sealed_secret", "credentials/1/sealed_secret "} {
		if _, err := key.Open(sealed, context); err == nil {
			t.Errorf("opened in %q", context)
		}
	}
}

func TestAnotherKeyIsNamedInTheError(t *testing.T) {
	one, two := newKey(t), newKey(t)
	_, err := two.Open(seal(t, one, "open sesame", "c"), "c")
	if err == nil {
		t.Fatal("another key opened it")
	}
	if !strings.Contains(err.Error(), one.ID()) || !strings.Contains(err.Error(), two.ID()) {
		t.Errorf("%q does not name both keys by their ids", err)
	}
}

func TestTheZeroKeySealsAndOpensNothing(t *testing.T) {
	if _, err := (secret.Key{}).Seal([]byte("x"), "c"); err == nil {
		t.Error("the zero key sealed")
	}
	if _, err := (secret.Key{}).Open(seal(t, newKey(t), "x", "c"), "c"); err == nil {
		t.Error("the zero key opened")
	}
	if id := (secret.Key{}).ID(); id != "" {
		t.Errorf("the zero key has the id %q", id)
	}
}

func TestParseReadsTextAndNothingElse(t *testing.T) {
	key := newKey(t)
	for _, text := range []string{key.Text(), "  " + key.Text() + "\r\n"} {
		parsed, err := secret.Parse(text)
		if err != nil || parsed.ID() != key.ID() {
			t.Errorf("got the key %s, err %v; want %s", parsed.ID(), err, key.ID())
		}
	}
	refused := []string{"", "hunter2hunter2", key.Text()[:40], key.Text() + key.Text(), strings.Repeat("zz", 32), strings.TrimRight(key.Text(), "=")}
	for _, text := range refused {
		_, err := secret.Parse(text)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%d characters: %v is not Invalid", len(text), err)
		}
		if len(text) > 0 && strings.Contains(err.Error(), text) {
			t.Errorf("the error quotes what may be a key: %v", err)
		}
	}
}

func TestTooLittleRandomnessMakesNoKey(t *testing.T) {
	if _, err := secret.New(strings.NewReader("sixteen bytes ok")); err == nil {
		t.Error("16 bytes made a key of 32")
	}
}

func TestEveryPurposeGetsItsOwnBytes(t *testing.T) {
	key, other := newKey(t), newKey(t)
	seen := map[string]string{}
	for name, bytes := range map[string][]byte{
		"pseudonym amplify":    key.Derive("pseudonym amplify"),
		"pseudonym schoolinks": key.Derive("pseudonym schoolinks"),
		"empty":                key.Derive(""),
		"seal":                 key.Derive("seal"),
		"id":                   key.Derive("id"),
		"other key":            other.Derive("pseudonym amplify"),
	} {
		if len(bytes) != 32 {
			t.Errorf("%s: %d bytes", name, len(bytes))
		}
		if twin, taken := seen[string(bytes)]; taken {
			t.Errorf("%s and %s get the same bytes", name, twin)
		}
		seen[string(bytes)] = name
	}
	if !bytes.Equal(key.Derive("a"), key.Derive("a")) {
		t.Error("one purpose got two results")
	}
}

func TestAKeyNeverPrints(t *testing.T) {
	key := newKey(t)
	type holder struct{ key secret.Key }
	type open struct{ Key secret.Key }
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o"} {
		fmt.Fprintf(&out, verb+"\n", key)
		fmt.Fprintf(&out, verb+"\n", &key)
		fmt.Fprintf(&out, verb+"\n", holder{key})
		fmt.Fprintf(&out, verb+"\n", open{key})
		fmt.Fprintf(&out, verb+"\n", []secret.Key{key})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("start", "key", key, "holder", holder{key}, "open", open{key})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "key", key, "holder", holder{key}, "open", open{key})
	if err := json.NewEncoder(&out).Encode([]any{key, &key, holder{key}, open{key}}); err != nil {
		t.Fatal(err)
	}
	for name, forbidden := range forms(t, key) {
		if strings.Contains(out.String(), forbidden) {
			t.Errorf("the output has the key's %s", name)
		}
	}
	if !strings.Contains(out.String(), key.ID()) {
		t.Error("the output does not even have the fingerprint")
	}
}

// forms are texts that would give a key, or its first bytes, away.
func forms(t *testing.T, key secret.Key) map[string]string {
	t.Helper()
	var raw []byte
	if err := json.Unmarshal([]byte(`"`+key.Text()+`"`), &raw); err != nil {
		t.Fatal(err)
	}
	decimal := strings.Trim(fmt.Sprint(raw[:8]), "[]")
	return map[string]string{
		"text":    key.Text(),
		"hex":     fmt.Sprintf("%x", raw[:8]),
		"HEX":     fmt.Sprintf("%X", raw[:8]),
		"decimal": decimal,
		"list":    strings.ReplaceAll(decimal, " ", ", "),
		"go list": strings.Trim(fmt.Sprintf("%#v", raw[:8]), "[]byte{}"),
	}
}
