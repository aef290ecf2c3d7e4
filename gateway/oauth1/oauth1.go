package oauth1

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 5849 names HMAC-SHA1, and vendors sign with it
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/fault"
)

// ClockWindow is how far a signed request's clock may be from ours.
const ClockWindow = 5 * time.Minute

// The bounds of a nonce: shorter ones can be guessed, longer ones are no nonces.
const (
	minNonce = 8
	maxNonce = 128
)

// unsigned is any request whose signature does not hold, for whatever reason:
// telling which would help only those who guess.
func unsigned(why string) error {
	return fault.New(fault.Unauthenticated, "the signature does not hold: %s", why)
}

// Signature is the Authorization header of a request that is signed by OAuth 1.0a
// without a token (RFC 5849).
type Signature struct {
	Parameters [][2]string // decoded, as they came, realm and oauth_signature apart
	Sum        string      // oauth_signature, in base64
}

// Get is a parameter's value, "" where it is missing.
func (s Signature) Get(name string) string {
	for _, p := range s.Parameters {
		if p[0] == name {
			return p[1]
		}
	}
	return ""
}

// Parse reads the header's parameters (RFC 5849, section 3.5.1): those
// of the protocol, each once, and the realm. Others belong into the query; what is
// signed does not tell where a parameter stood, so a query's could be hidden here.
// It is false for a header of another scheme or form.
func Parse(header string) (s Signature, ok bool) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(strings.TrimSuffix(scheme, ","), "OAuth") { // some clients begin with "OAuth, "
		return s, false
	}
	seen := map[string]bool{}
	for rest = strings.TrimLeft(rest, " \t,"); rest != ""; rest = strings.TrimLeft(rest, " \t,") {
		var name, value string
		if name, value, rest, ok = parameter(rest); !ok || seen[name] {
			return s, false
		}
		seen[name] = true
		decoded, err := url.PathUnescape(value)
		switch {
		case name == "realm":
		case err != nil || !strings.HasPrefix(name, protocolPrefix):
			return s, false
		case name == "oauth_signature":
			s.Sum = decoded
		default:
			s.Parameters = append(s.Parameters, [2]string{name, decoded})
		}
	}
	return s, true
}

// protocolPrefix begins the names of OAuth's own parameters.
const protocolPrefix = "oauth_"

// parameter takes name="value" off the front of a header. A value without
// quotation marks ends with a comma, one with them may hold commas.
func parameter(header string) (name, value, rest string, ok bool) {
	name, rest, ok = strings.Cut(header, "=")
	name, err := url.PathUnescape(strings.TrimSpace(name))
	rest = strings.TrimLeft(rest, " \t")
	if !ok || err != nil || strings.Contains(name, ",") {
		return "", "", "", false
	}
	if !strings.HasPrefix(rest, `"`) {
		value, rest, _ = strings.Cut(rest, ",")
		return name, strings.TrimSpace(value), rest, true
	}
	value, rest, ok = strings.Cut(rest[1:], `"`)
	rest = strings.TrimLeft(rest, " \t")
	return name, value, rest, ok && (rest == "" || rest[0] == ',')
}

// Time is the request's own time, if that is near ours and comes with a nonce.
// Nonces are kept, and those that are used up at one time share a statement: one
// that no database can hold would take the others with it.
func (s Signature) Time(now time.Time) (time.Time, error) {
	seconds, err := strconv.ParseInt(s.Get("oauth_timestamp"), 10, 64)
	at := time.Unix(seconds, 0)
	if err != nil || at.Sub(now).Abs() > ClockWindow {
		return at, unsigned("its time is missing, or too far from the server's")
	}
	nonce := s.Get("oauth_nonce")
	if len(nonce) < minNonce || len(nonce) > maxNonce || !utf8.ValidString(nonce) || strings.ContainsFunc(nonce, unicode.IsControl) {
		return at, unsigned("its nonce is missing, too short, too long or not text")
	}
	return at, nil
}

// Check compares the signature with those that the secret gives for a method, a location,
// the path in it as it was sent, and a query, by the base strings of the standard and of
// signers that are out there. The query that it returns is the one that was signed: where
// the signer took a plus sign for itself, that is escaped in it, and whoever answers has to
// go by it. Whatever does not hold is one fault.Unauthenticated.
func (s Signature) Check(method, location, rawQuery, secret string) (signedQuery string, err error) {
	hashes := map[string]func() hash.Hash{"HMAC-SHA1": sha1.New, "HMAC-SHA256": sha256.New}
	hashed, ok := hashes[s.Get("oauth_signature_method")]
	version := s.Get("oauth_version")
	switch {
	case !ok:
		return "", unsigned("its method is not HMAC-SHA1 or HMAC-SHA256")
	case version != "" && version != "1.0":
		return "", unsigned("its version is not 1.0")
	case s.Get("oauth_token") != "":
		return "", unsigned("it has a token")
	}
	given, err := base64.StdEncoding.DecodeString(s.Sum)
	if err != nil {
		return "", unsigned("it differs")
	}
	mac := hmac.New(hashed, []byte(rfc3986.escape(secret)+"&"))
	for _, query := range readings(rawQuery) {
		bases, err := s.bases(method, location, query)
		if err != nil {
			return "", err
		}
		for _, base := range bases {
			mac.Reset()
			mac.Write([]byte(base))
			if hmac.Equal(mac.Sum(nil), given) {
				return query, nil
			}
		}
	}
	return "", unsigned("it differs")
}

// Base is the signature base string of the standard (RFC 5849, section 3.4.1). The path
// stays as it was sent: decoding it would lose which slashes were escaped.
func (s Signature) Base(method, location, rawQuery string) (string, error) {
	all, err := s.bases(method, location, rawQuery)
	if err != nil {
		return "", err
	}
	return all[0], nil
}

// unprotocolled takes a query apart that holds nothing of the protocol.
func unprotocolled(rawQuery string) ([][2]string, error) {
	pairs, err := Pairs(rawQuery)
	if err != nil {
		return nil, unsigned("the query is not encoded correctly")
	}
	if slices.ContainsFunc(pairs, func(p [2]string) bool { return strings.HasPrefix(p[0], protocolPrefix) }) {
		return nil, unsigned("a parameter of the protocol stands in the query")
	}
	return pairs, nil
}

// Pairs takes a query apart as it was sent, in its order, doubled names included.
// A semicolon is a character like others. Signatures and answers go by this one
// reading of the query.
func Pairs(rawQuery string) ([][2]string, error) {
	var all [][2]string
	for pair := range strings.SplitSeq(rawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		all = append(all, [2]string{name, value})
	}
	return all, nil
}

// baseURI is the location with a small scheme and host and without the scheme's
// own port (RFC 5849, section 3.4.1.2).
func baseURI(location string) (string, error) {
	scheme, rest, _ := strings.Cut(location, "://")
	host, path, _ := strings.Cut(rest, "/")
	scheme, host = strings.ToLower(scheme), strings.ToLower(host)
	if host == "" || scheme == "" {
		return "", unsigned("no host")
	}
	for own, port := range map[string]string{"http": ":80", "https": ":443"} {
		if scheme == own {
			host = strings.TrimSuffix(host, port)
		}
	}
	return scheme + "://" + host + "/" + path, nil
}

// byNameThenValue orders encoded pairs: "a=" comes before "a1=".
func byNameThenValue(a, b string) int {
	nameA, valueA, _ := strings.Cut(a, "=")
	nameB, valueB, _ := strings.Cut(b, "=")
	if nameA != nameB {
		return strings.Compare(nameA, nameB)
	}
	return strings.Compare(valueA, valueB)
}
