package openapi

import "github.com/rostergate/rostergate/catalog"

// refusal is what a read answers with instead of data.
type refusal struct {
	description string
	headers     []string // besides X-Request-Id
	empty       bool
}

// refusals are those that every read has, by status.
func refusals(v catalog.Version) map[string]refusal {
	wrong := "invalid data, invalid_filter_field, invalid_selection_field (too many names) or invalid_blank_selection_field"
	if v == catalog.V12 {
		wrong = "invaliddata, invalid_filter_field or invalid_selection_field (a name that is not there, too many, or none)"
	}
	return map[string]refusal{
		"400": {description: "The request is wrong: " + wrong + "."},
		"401": {description: "The request is not signed with valid credentials.", headers: []string{"WWW-Authenticate"}},
		"403": {description: "The district does not share this with the app."},
		"404": {description: "There is no such record, or none that the app may see."},
		"429": {description: "The app asks too often; Retry-After says in how many seconds to go on.", headers: []string{"Retry-After"}},
		"500": {description: "Something went wrong."},
		"503": {description: "Not now, or too many answers are being sent that the app does not read; the body is empty. Try again after Retry-After.", headers: []string{"Retry-After"}, empty: true},
	}
}

// component is the refusal of a read.
func (r refusal) component(v catalog.Version) object {
	component := r.bodiless()
	switch {
	case r.empty:
	case v == catalog.V12:
		component["content"] = jsonOf(reference("schemas", statusName(v)))
	default:
		component["content"] = jsonOf(record(object{statusName(v): reference("schemas", statusName(v))}, statusName(v)))
	}
	return component
}

// bodiless is the refusal of a read of headers alone.
func (r refusal) bodiless() object {
	return object{"description": r.description, "headers": named(append(r.headers, "X-Request-Id"))}
}

// statusName is the schema of what says what is wrong.
func statusName(v catalog.Version) string {
	if v == catalog.V12 {
		return "imsx_StatusInfo"
	}
	return "statusInfoSet"
}

// status describes what says what is wrong: in 1.1 a list, which stands beside data as well,
// and in 1.2 an object, which never does.
func status(v catalog.Version) object {
	if v == catalog.V12 {
		minor := record(object{
			"imsx_codeMinorFieldName": words("TargetEndSystem"),
			"imsx_codeMinorFieldValue": words("invaliddata", "invalid_filter_field", "invalid_selection_field", "unauthorisedrequest",
				"forbidden", "unknownobject", "server_busy", "internal_server_error"),
		}, "imsx_codeMinorFieldName", "imsx_codeMinorFieldValue")
		return record(object{
			"imsx_codeMajor": words("failure"), "imsx_severity": words("error"), "imsx_description": text(),
			"imsx_CodeMinor": record(object{"imsx_codeMinorField": object{"type": "array", "minItems": 1, "items": minor}}, "imsx_codeMinorField"),
		}, "imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_CodeMinor")
	}
	return object{"type": "array", "minItems": 1, "items": record(object{
		"imsx_codeMajor": words("success", "failure"), "imsx_severity": words("warning", "error"),
		"imsx_messageRefIdentifier": text(), "imsx_operationRefIdentifier": text(),
		"imsx_description": text(), "imsx_codeMinor": text(),
	}, "imsx_codeMajor", "imsx_severity", "imsx_codeMinor")}
}

// named are references to headers.
func named(headers []string) object {
	references := object{}
	for _, name := range headers {
		references[name] = reference("headers", name)
	}
	return references
}

// headers are the headers that answers have. All but Link, which a list of one
// page lacks, come wherever they are named.
func headers() object {
	header := func(description, kind string, always bool) object {
		return object{"description": description, "required": always, "schema": object{"type": kind}}
	}
	return object{
		"X-Request-Id":     header("Our id of the request, which the district's ledger keeps.", "string", true),
		"X-Perm-Rev":       header("Changes when, and only when, something changed that the app may see.", "string", true),
		"X-Total-Count":    header("How many records the whole list has.", "integer", true),
		"ETag":             header("A sum of the bytes of the body; send it in If-None-Match to be answered with 304 where they are the same. Not beside warnings.", "string", false),
		"X-Count":          header("How many records this page has.", "integer", true),
		"Link":             header("Where the first, prev, next and last page are (RFC 8288).", "string", false),
		"WWW-Authenticate": header("How to sign a request: Bearer or OAuth, in a header each.", "string", true),
		"Retry-After":      header("In how many seconds to try again.", "integer", true),
	}
}
