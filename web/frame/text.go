package frame

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
)

// illegible is what is said of text that no database holds: anything but UTF-8, and
// zero bytes.
func illegible() error {
	return fault.New(fault.Invalid, "What was sent is not text. Open the page here and try again.")
}

// legibleAddress refuses a path or a query that is not text.
func legibleAddress(r *http.Request) error {
	path, wrong := url.PathUnescape(r.URL.EscapedPath())
	query, also := url.ParseQuery(r.URL.RawQuery)
	if wrong != nil || also != nil || !gateway.Legible(path) || !legibleValues(query) {
		return illegible()
	}
	return nil
}

// legibleForm reads the form that a line takes and refuses one that is not text. One
// that brings a file is read by who keeps the file, and names are all that it tells.
func legibleForm(r *http.Request, line Route) error {
	if r.Method != http.MethodPost || line.formSize > 0 {
		return nil
	}
	var tooLong *http.MaxBytesError
	err := r.ParseForm()
	if err == nil && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(maxForm)
	}
	switch {
	case errors.As(err, &tooLong):
		return fault.New(fault.Invalid, "The form is longer than 1 MiB.")
	case err != nil, !legibleValues(r.PostForm):
		return illegible()
	}
	return nil
}

func legibleValues(all url.Values) bool {
	for name, values := range all {
		if !gateway.Legible(name) || !gateway.Legible(values...) {
			return false
		}
	}
	return true
}
