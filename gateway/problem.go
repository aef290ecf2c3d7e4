package gateway

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

// The words of OneRoster 1.1 for what went wrong (imsx_codeMinor). Blanks and
// underscores are the standard's own.
const (
	unauthorized          = "unauthorized"
	forbidden             = "forbidden"
	unknownObject         = "unknown object"
	invalidData           = "invalid data"
	invalidFilterField    = "invalid_filter_field"
	invalidSelectionField = "invalid_selection_field"
	invalidSortField      = "invalid_sort_field"
	invalidBlankSelection = "invalid_blank_selection_field"
	serverBusy            = "server_busy"
	internalFailed        = "internal_server_error"
)

// problem is why a request gets no data. Its description never holds a value of
// the roster, and never tells a hidden name from one that does not exist.
type problem struct {
	status      int
	minor       string
	description string
	empty       bool // no body at all
	retry       int  // seconds after which to try again; 0 says nothing
}

// Error is the description.
func (p problem) Error() string { return p.description }

// statusInfo is one entry of a statusInfoSet.
type statusInfo struct {
	CodeMajor    string `json:"imsx_codeMajor"`
	Severity     string `json:"imsx_severity"`
	MessageRef   string `json:"imsx_messageRefIdentifier"`
	OperationRef string `json:"imsx_operationRefIdentifier,omitempty"`
	Description  string `json:"imsx_description"`
	CodeMinor    string `json:"imsx_codeMinor"`
}

// internal is for everything that the caller cannot act on.
func internal() problem {
	return problem{status: http.StatusInternalServerError, minor: internalFailed, description: "Something went wrong. Name the request id to the district."}
}

// unavailable is an answer that could not be put on record, or not be read. It is
// empty, so that nothing can leave by it.
func unavailable() problem {
	return problem{status: http.StatusServiceUnavailable, empty: true, retry: 5, minor: serverBusy, description: "not available"}
}

// translate turns any error into what an app may know of it.
func translate(err error) problem {
	var p problem
	if errors.As(err, &p) {
		return p
	}
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		return problem{status: http.StatusUnauthorized, minor: unauthorized, description: "The request is not signed with valid credentials."}
	case fault.Denied:
		return denied()
	case fault.NotFound:
		return unknownRecord()
	case fault.Invalid: // its words are for the district, and may name what the app does not see
		return invalid("The request cannot be understood.")
	case fault.Unavailable, fault.Conflict:
		return unavailable()
	}
	if database.Passing(err) {
		return unavailable()
	}
	return internal()
}

func denied() problem {
	return problem{status: http.StatusForbidden, minor: forbidden, description: "The district does not share this with the app."}
}

// unknownRecord is one answer for a record that does not exist and one that the app
// does not reach.
func unknownRecord() problem {
	return problem{status: http.StatusNotFound, minor: unknownObject, description: "There is no such record."}
}

// noRoute is the answer to an address that no route takes.
func noRoute(r *http.Request) error {
	if wrong := illegible(r); wrong != nil {
		return wrong
	}
	return problem{status: http.StatusNotFound, minor: unknownObject, description: "There is nothing at this path."}
}

func invalid(description string) problem {
	return problem{status: http.StatusBadRequest, minor: invalidData, description: description}
}

// respondError sends a problem in OneRoster's form.
func (g *Gateway) respondError(c echo.Context, p problem) error {
	if p.status == http.StatusUnauthorized {
		c.Response().Header().Add(echo.HeaderWWWAuthenticate, `Bearer realm="rostergate"`)
		c.Response().Header().Add(echo.HeaderWWWAuthenticate, `OAuth realm="rostergate"`)
	}
	if p.retry > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(p.retry))
	}
	if p.empty {
		return c.NoContent(p.status)
	}
	operation, _ := c.Get(operationName).(string)
	at, _ := g.routes.service(c.Request().URL.EscapedPath())
	body, err := p.body(at.Version, idOf(c), operation)
	if err != nil {
		return c.NoContent(p.status)
	}
	return c.Blob(p.status, echo.MIMEApplicationJSON, body)
}

// body is the problem as a version of OneRoster writes it, for the request with our id.
func (p problem) body(v catalog.Version, id, operation string) ([]byte, error) {
	var form any = map[string][]statusInfo{"statusInfoSet": {{
		CodeMajor: "failure", Severity: "error", MessageRef: id, OperationRef: operation,
		Description: p.description, CodeMinor: p.minor,
	}}}
	if v == catalog.V12 {
		form = p.info12()
	}
	body, err := json.Marshal(form)
	return append(body, '\n'), err
}

// operationName is the key of the standard's name of an operation in echo's
// context.
const operationName = "operation"
