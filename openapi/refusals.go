package openapi

// refusal is what a read answers with instead of data.
type refusal struct {
	description string
	headers     []string // besides X-Request-Id
	empty       bool
}

// refusals are the components of all refusals, by status; every read has them.
func refusals() object {
	components := object{}
	for status, r := range map[string]refusal{
		"400": {description: "The request is wrong: invalid data, invalid_filter_field, invalid_selection_field (too many names) or invalid_blank_selection_field."},
		"401": {description: "The request is not signed with valid credentials.", headers: []string{"WWW-Authenticate"}},
		"403": {description: "The district does not share this with the app."},
		"404": {description: "There is no such record, or none that the app may see."},
		"429": {description: "The app asks too often; Retry-After says in how many seconds to go on.", headers: []string{"Retry-After"}},
		"500": {description: "Something went wrong."},
		"503": {description: "Not now, or too many answers are being sent that the app does not read; the body is empty. Try again after Retry-After.", headers: []string{"Retry-After"}, empty: true},
	} {
		components[status] = r.component()
	}
	return components
}

func (r refusal) component() object {
	component := object{"description": r.description, "headers": named(append(r.headers, "X-Request-Id"))}
	if !r.empty {
		component["content"] = object{"application/json": object{"schema": object{
			"type": "object", "required": []string{"statusInfoSet"}, "additionalProperties": false,
			"properties": object{"statusInfoSet": reference("schemas", "statusInfoSet")},
		}}}
	}
	return component
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
