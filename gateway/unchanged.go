package gateway

import (
	"fmt"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// tagOf is the ETag of an answer (RFC 9110, section 8.8.3): a sum of its bytes, and so of
// nothing that the app does not see. An answer with warnings has none, for they hold the
// request's id.
func tagOf(body []byte, warnings []statusInfo) string {
	if len(warnings) > 0 {
		return ""
	}
	return fmt.Sprintf(`"%016x"`, xxhash.Sum64(body))
}

// unchanged reports whether the client has the bytes of an answer already, as If-None-Match
// says (RFC 9110, section 13.1.2). To be told so is on record like the answer: it says that
// every record is as it was.
func (a *answer) unchanged() bool {
	for known := range strings.SplitSeq(a.req.noneMatch, ",") {
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if a.tag != "" && (known == a.tag || known == "*") {
			return true
		}
	}
	return false
}
