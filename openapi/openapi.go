package openapi

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// Base is where OneRoster 1.1 is served, below the public URL.
const Base = "/ims/oneroster/v1p1"

// object is a JSON object.
type object = map[string]any

// Document is the OpenAPI 3.0 description of OneRoster 1.1 as served below
// public, in JSON.
func Document(public string) ([]byte, error) {
	paths := object{}
	for _, r := range catalog.Routes(catalog.V11) {
		path, parameters := location(r)
		paths[path] = object{"get": operation(r, parameters)}
	}
	document, err := json.MarshalIndent(object{
		"openapi": "3.0.3",
		"info": object{
			"title": "OneRoster 1.1 by Rostergate", "version": "1.1",
			"description": "Every app sees what its district granted it, and nothing else: a field, record or entity that was not granted is absent.",
		},
		"servers":    []object{{"url": public + Base}},
		"security":   []object{{"oauth2": []string{}}, {"oauth1": []string{}}},
		"paths":      paths,
		"components": components(public),
	}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return append(document, '\n'), nil
}

// location is a route's path with a name for each id, and those names as
// parameters.
func location(r catalog.Route) (string, []object) {
	var segments []string
	var parameters []object
	for _, s := range r.Segments() {
		if s == "{id}" {
			name := "sourcedId"
			if n := len(parameters); n < len(r.Parents) {
				e, _ := catalog.Find(r.Parents[n].Entity)
				name = e.Name + "SourcedId"
			}
			parameters = append(parameters, object{
				"name": name, "in": "path", "required": true, "schema": object{"type": "string"},
				"description": "A sourcedId, percent-encoded as one segment.",
			})
			s = "{" + name + "}"
		}
		segments = append(segments, s)
	}
	return "/" + strings.Join(segments, "/"), parameters
}

func operation(r catalog.Route, parameters []object) object {
	e, _ := catalog.Find(r.Entity)
	shared := []string{"fields"}
	headers := []string{"X-Request-Id", "X-Perm-Rev", "X-Total-Count", "ETag"}
	answer := object{e.Name: reference("schemas", e.Name)}
	if !r.Single {
		shared = append(shared, "limit", "offset", "sort", "orderBy", "filter", "cursor")
		headers = append(headers, "X-Count", "Link")
		answer = object{e.Plural: object{"type": "array", "items": reference("schemas", e.Name)}}
	}
	answer["statusInfoSet"] = reference("schemas", "statusInfoSet")
	for _, name := range shared {
		parameters = append(parameters, reference("parameters", name))
	}
	responses := object{"200": object{
		"description": "What the app may see of it.", "headers": named(headers),
		"content": object{"application/json": object{"schema": object{"type": "object", "properties": answer, "additionalProperties": false}}},
	}}
	for status := range refusals() {
		responses[status] = reference("responses", status)
	}
	return object{
		"operationId": r.Operation, "tags": []string{e.Label}, "summary": summary(r, e),
		"parameters": parameters, "responses": responses,
	}
}

func summary(r catalog.Route, e catalog.Entity) string {
	if r.Single {
		return "One of " + strings.ToLower(e.Label) + ", by its sourcedId."
	}
	text := e.Label
	if len(r.Only.Values) > 0 {
		text += " with " + r.Only.Field + " " + strings.Join(r.Only.Values, " or ")
	}
	for _, p := range r.Parents {
		parent, _ := catalog.Find(p.Entity)
		text += ", of one " + parent.Name
	}
	return text + "."
}

func reference(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

func components(public string) object {
	scopes := object{}
	for _, s := range catalog.TokenScopes() {
		if s.In(catalog.V11) {
			scopes[catalog.TokenScopePrefix(catalog.V11)+string(s)] = string(s)
		}
	}
	return object{
		"schemas": schemas(), "parameters": parameters(), "headers": headers(), "responses": refusals(),
		"securitySchemes": object{
			"oauth2": object{"type": "oauth2", "flows": object{"clientCredentials": object{"tokenUrl": public + "/oauth/token", "scopes": scopes}}},
			"oauth1": object{"type": "http", "scheme": "OAuth", "description": "OAuth 1.0a without a token, HMAC-SHA1 or HMAC-SHA256."},
		},
	}
}

func schemas() object {
	text := object{"type": "string"}
	all := object{
		"reference": object{
			"type": "object", "required": []string{"href", "sourcedId", "type"}, "additionalProperties": false,
			"properties": object{"href": object{"type": "string", "format": "uri"}, "sourcedId": text, "type": text},
		},
		"userId": object{
			"type": "object", "required": []string{"type", "identifier"}, "additionalProperties": false,
			"properties": object{"type": text, "identifier": text},
		},
		"statusInfoSet": object{"type": "array", "minItems": 1, "items": object{
			"type": "object", "required": []string{"imsx_codeMajor", "imsx_severity", "imsx_codeMinor"}, "additionalProperties": false,
			"properties": object{
				"imsx_codeMajor": words("success", "failure"), "imsx_severity": words("warning", "error"),
				"imsx_messageRefIdentifier": text, "imsx_operationRefIdentifier": text,
				"imsx_description": text, "imsx_codeMinor": text,
			},
		}},
	}
	for _, e := range catalog.Tables(catalog.V11) {
		if e.Served {
			all[e.Name] = entity(e)
		}
	}
	return all
}

func words(values ...string) object { return object{"type": "string", "enum": values} }

// entity describes a record. No member is required: which of them an app gets is
// the district's to say.
func entity(e catalog.Entity) object {
	properties := object{}
	for _, f := range e.In(catalog.V11) {
		described := value(f)
		if _, refers := described["$ref"]; !refers {
			described["description"] = f.Label + "."
		}
		properties[f.Name] = described
	}
	if e.Metadata {
		properties[string(catalog.Metadata)] = object{
			"type": "object", "additionalProperties": object{"type": "string"},
			"description": "What the district defined itself and granted the app.",
		}
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

func value(f catalog.Field) object {
	list := func(items object) object { return object{"type": "array", "items": items} }
	switch f.Kind {
	case catalog.Token:
		return words(f.Values...)
	case catalog.Tokens:
		return list(words(f.Values...))
	case catalog.Boolean:
		return words("true", "false")
	case catalog.Date:
		return object{"type": "string", "format": "date"}
	case catalog.Timestamp:
		return object{"type": "string", "format": "date-time"}
	case catalog.Year:
		return object{"type": "string", "pattern": "^[0-9]{4}$"}
	case catalog.List:
		return list(object{"type": "string"})
	case catalog.Identifiers:
		return list(reference("schemas", "userId"))
	case catalog.Reference:
		return reference("schemas", "reference")
	case catalog.References:
		return list(reference("schemas", "reference"))
	}
	return object{"type": "string"}
}

func parameters() object {
	query := func(name, description string, schema object) object {
		return object{"name": name, "in": "query", "description": description, "schema": schema}
	}
	text := object{"type": "string"}
	return object{
		"limit":   query("limit", "How many records a page has; 10,000 at the most, where more are asked for.", object{"type": "integer", "minimum": 1, "default": 100}),
		"offset":  query("offset", "How many records to skip.", object{"type": "integer", "minimum": 0, "default": 0}),
		"cursor":  query("cursor", "Where the page before ended; next links bring it, but not those of a sorted list.", text),
		"sort":    query("sort", "A field to sort by, in the order of code points; records without a value come last.", text),
		"orderBy": query("orderBy", "asc or desc.", text),
		"filter":  query("filter", "field='value', joined by AND and OR; the operators are = != > >= < <= ~.", object{"type": "string", "maxLength": 2000}),
		"fields":  query("fields", "The fields to send, separated by commas, at most 200 names. Alone of the parameters, it may stand more than once.", text),
	}
}
