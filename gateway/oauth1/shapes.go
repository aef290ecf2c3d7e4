package oauth1

import (
	"net/url"
	"slices"
	"strings"
)

// shape is a way in which signers that are out there put a base string together. Every
// shape escapes what separates (per cent sign, ampersand, equals sign, blank, plus sign), so
// a base string taken apart again gives one location and one query: whatever shape
// somebody signed by, nothing else than what they signed can pass for it.
type shape struct {
	name         string
	inner, outer alphabet // of a value, and of everything around
	asSent       bool     // the pairs of the query stay as they were sent
}

// alphabet is what a signer leaves as it is beside letters, digits, "-", "." and "_".
type alphabet string

const (
	rfc3986    alphabet = "~"
	pythonInto alphabet = "~/"     // urllib's quote
	java       alphabet = "*"      // URLEncoder; CGI.escape of Ruby before 2.5 alike
	ruby       alphabet = "*~"     // CGI.escape since 2.5
	dotNet     alphabet = "!*()"   // HttpUtility.UrlEncode
	node       alphabet = "!*()~"  // encodeURIComponent, the apostrophe escaped behind it
	script     alphabet = "!*()~'" // encodeURIComponent alone
)

// shapes are those that are tried, the standard's first.
func shapes() []shape {
	return []shape{
		{"RFC 5849", rfc3986, rfc3986, false},
		{"as sent", rfc3986, rfc3986, true},
		{"Python", pythonInto, rfc3986, false},
		{"Java", java, java, false},
		{"Ruby", ruby, ruby, false},
		{".NET", dotNet, dotNet, false},
		{"Node", node, script, false},
		{"JavaScript", script, script, false},
	}
}

// bases are the base strings that a signer may have made of a request, each once.
func (s Signature) bases(method, location, rawQuery string) ([]string, error) {
	uri, err := baseURI(location)
	if err != nil {
		return nil, unsigned("the public URL cannot be read")
	}
	query, err := unprotocolled(rawQuery)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, uri := range signedURIs(uri) {
		for _, one := range shapes() {
			var encoded []string
			if one.asSent {
				encoded = pairsAsSent(rawQuery)
			}
			for _, p := range slices.Concat(query, s.Parameters)[len(encoded):] {
				encoded = append(encoded, one.inner.escape(p[0])+"="+one.inner.escape(p[1]))
			}
			if base := one.base(method, uri, encoded); !slices.Contains(all, base) {
				all = append(all, base)
			}
		}
	}
	return all, nil
}

// base joins the parts of a base string (RFC 5849, section 3.4.1.1).
func (one shape) base(method, uri string, encoded []string) string {
	slices.SortFunc(encoded, byNameThenValue)
	return method + "&" + one.outer.escape(uri) + "&" + one.outer.escape(strings.Join(encoded, "&"))
}

// pairsAsSent are the pairs of a query with nothing decoded.
func pairsAsSent(rawQuery string) []string {
	return slices.DeleteFunc(strings.Split(rawQuery, "&"), func(pair string) bool { return pair == "" })
}

// readings are what a query may mean to who signed it: to some a plus sign is a plus
// sign, and no blank. The answer has to go by the reading that was signed.
func readings(rawQuery string) []string {
	if !strings.Contains(rawQuery, "+") {
		return []string{rawQuery}
	}
	return []string{rawQuery, strings.ReplaceAll(rawQuery, "+", "%2B")}
}

// signedURIs are the base URI with the path as it was sent and, by those who sign before
// their library encodes, with the path decoded. Where a segment holds what would be
// taken for something else once it is decoded, only the first.
func signedURIs(uri string) []string {
	scheme, rest, _ := strings.Cut(uri, "://")
	host, path, _ := strings.Cut(rest, "/")
	all := []string{uri}
	for segment := range strings.SplitSeq(path, "/") {
		decoded, err := url.PathUnescape(segment)
		if err != nil || strings.ContainsAny(decoded, "/%?#") {
			return all
		}
	}
	decoded, _ := url.PathUnescape(path) // its segments could be
	return append(all, scheme+"://"+host+"/"+decoded)
}

// escape percent-encodes all but letters, digits and what is left as it is.
func (left alphabet) escape(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._"+string(left), c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}
