package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rostergate/rostergate/gateway/oauth1"
)

// Legible reports whether every text is one that any database holds: UTF-8 without a zero
// byte. Everything that a request brings is looked at by it before anything is done
// with the request.
func Legible(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool {
		return !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0
	})
}

// illegible is what is wrong with the address of a request, nil where nothing is.
func illegible(r *http.Request) error {
	if wrong := illegiblePath(r); wrong != nil {
		return wrong
	}
	_, wrong := queryValues(r.URL.RawQuery)
	return wrong
}

func illegiblePath(r *http.Request) error {
	path, err := url.PathUnescape(r.URL.EscapedPath())
	if err != nil || !Legible(path) {
		return invalid("The path is not percent-encoded UTF-8 without zero bytes.")
	}
	return nil
}

// legibleForm reports whether a form that was parsed is legible.
func legibleForm(form url.Values) bool {
	for name, values := range form {
		if !Legible(name) || !Legible(values...) {
			return false
		}
	}
	return true
}

// legibleSignature reports whether the parameters of a signature are.
func legibleSignature(s oauth1.Signature) bool {
	for _, p := range s.Parameters {
		if !Legible(p[0], p[1]) {
			return false
		}
	}
	return Legible(s.Sum)
}
