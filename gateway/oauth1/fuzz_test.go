package oauth1_test

import (
	"net/url"
	"reflect"
	"sort"
	"strings"
	"testing"

	vendors "github.com/dghubble/oauth1"

	"github.com/rostergate/rostergate/gateway/oauth1"
)

// What is read from a header is written again as the standard writes it, and read
// as the same.
func FuzzAuthorization(f *testing.F) {
	f.Fuzz(func(t *testing.T, header string) {
		read, ok := oauth1.Parse(header)
		parameters, signature := read.Parameters, read.Sum
		if !ok {
			return
		}
		seen := map[string]bool{"oauth_signature": true}
		var pairs []string
		for _, p := range parameters {
			if seen[p[0]] || !strings.HasPrefix(p[0], "oauth_") {
				t.Fatalf("%q gives the parameters %q", header, parameters)
			}
			seen[p[0]] = true
			pairs = append(pairs, vendors.PercentEncode(p[0])+`="`+vendors.PercentEncode(p[1])+`"`)
		}
		pairs = append(pairs, `oauth_signature="`+vendors.PercentEncode(signature)+`"`)
		again, ok := oauth1.Parse("OAuth " + strings.Join(pairs, ", "))
		if !ok || again.Sum != signature || !reflect.DeepEqual(again.Parameters, parameters) {
			t.Fatalf("%q is read as %q, and that as %q", header, parameters, again.Parameters)
		}
	})
}

// The base string is what another reading of RFC 5849 makes of a request.
func FuzzBaseString(f *testing.F) {
	f.Fuzz(func(t *testing.T, host, path, query, name, value string) {
		if strings.ContainsAny(host, "/ ") || strings.HasPrefix(name, "oauth_signature") {
			return
		}
		parameters := [][2]string{{"oauth_nonce", value}, {"oauth_" + name, "1"}}
		got, err := oauth1.Signature{Parameters: parameters}.Base("GET", "https://"+host+"/"+path, query)
		wanted, fine := naiveBase(parameters, host, path, query)
		if (err == nil) != fine || fine && got != wanted {
			t.Fatalf("%q %q %q: %q (%v), wanted %q", host, path, query, got, err, wanted)
		}
	})
}

// naiveBase follows the text of RFC 5849, sections 3.4.1.1 to 3.4.1.3.2, step by
// step. It is false for what is not to be signed.
func naiveBase(parameters [][2]string, host, path, query string) (string, bool) {
	host = strings.TrimSuffix(strings.ToLower(host), ":443")
	if host == "" {
		return "", false
	}
	type encoded struct{ name, value string }
	encode := func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
	var all []encoded
	for _, p := range parameters {
		all = append(all, encoded{encode(p[0]), encode(p[1])})
	}
	for _, part := range strings.Split(query, "&") {
		if part == "" {
			continue
		}
		name, value := part, ""
		if i := strings.IndexByte(part, '='); i >= 0 {
			name, value = part[:i], part[i+1:]
		}
		name, okName := decoded(name)
		value, okValue := decoded(value)
		if !okName || !okValue || strings.HasPrefix(name, "oauth_") {
			return "", false
		}
		all = append(all, encoded{encode(name), encode(value)})
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].name < all[j].name || all[i].name == all[j].name && all[i].value < all[j].value
	})
	joined := ""
	for i, p := range all {
		if i > 0 {
			joined += "&"
		}
		joined += p.name + "=" + p.value
	}
	return "GET&" + encode("https://"+host+"/"+path) + "&" + encode(joined), true
}

// decoded undoes the encoding of forms, byte by byte.
func decoded(text string) (string, bool) {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '+':
			out = append(out, ' ')
		case '%':
			if i+2 >= len(text) {
				return "", false
			}
			high, low := digit(text[i+1]), digit(text[i+2])
			if high < 0 || low < 0 {
				return "", false
			}
			out = append(out, byte(high<<4|low))
			i += 2
		default:
			out = append(out, text[i])
		}
	}
	return string(out), true
}

// digit is the value of a hexadecimal digit, -1 for anything else.
func digit(c byte) int {
	if at := strings.IndexByte("0123456789abcdef", c); at >= 0 {
		return at
	}
	if at := strings.IndexByte("ABCDEF", c); at >= 0 {
		return 10 + at
	}
	return -1
}
