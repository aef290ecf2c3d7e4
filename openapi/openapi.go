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

// Document is the OpenAPI 3.0 description of a service as served below public, in JSON.
func Document(public string, s catalog.Service) ([]byte, error) {
	paths := object{}
	for _, r := range s.Routes {
		path, parameters := location(r)
		paths[path] = object{"get": get(r, s.Version, parameters), "head": head(r, s.Version, parameters)}
	}
	document, err := json.MarshalIndent(object{
		"openapi": "3.0.3",
		"info": object{
			"title": title(s) + " by Rostergate", "version": number(s.Version),
			"description": "Every app sees what its district granted it, and nothing else: a field, record or entity that was not granted is absent. " +
				"Where its district has an app answered in another form, which /api/me says, booleans are JSON booleans, granted fields without a value are empty texts, or unknown names in fields are left out in 1.2.",
		},
		"servers":    []object{{"url": public + s.Base}},
		"paths":      paths,
		"components": components(public, s),
	}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return append(document, '\n'), nil
}

// number is how a version is written.
func number(v catalog.Version) string {
	if v == catalog.V12 {
		return "1.2"
	}
	return "1.1"
}

// title is how people call a service.
func title(s catalog.Service) string {
	return strings.TrimSpace("OneRoster " + number(s.Version) + " " + s.Name)
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
	for _, p := range catalog.Parameters() {
		if p.Single || !r.Single {
			parameters = append(parameters, reference("parameters", p.Name))
		}
	}
	return "/" + strings.Join(segments, "/"), parameters
}

// get describes the read of a route.
func get(r catalog.Route, v catalog.Version, parameters []object) object {
	e, _ := catalog.Find(r.Entity)
	described := operation(r, v, parameters, summary(r, e), "")
	answer := object{e.Plural: object{"type": "array", "items": reference("schemas", e.Name)}}
	if r.Single {
		answer = object{e.Name: reference("schemas", e.Name)}
	}
	if v == catalog.V11 {
		answer["statusInfoSet"] = reference("schemas", statusName(v))
	}
	described["operationId"] = r.Operation
	described["responses"].(object)["200"].(object)["content"] = jsonOf(object{"type": "object", "properties": answer, "additionalProperties": false})
	return described
}

// head describes the read of the headers alone.
func head(r catalog.Route, v catalog.Version, parameters []object) object {
	described := operation(r, v, parameters, "What GET would come with, without a body.", bodiless)
	described["operationId"] = strings.Replace(r.Operation, "get", "head", 1)
	return described
}

// bodiless stands behind the names of responses to HEAD.
const bodiless = "-head"

// operation is what the two methods of a route have in common.
func operation(r catalog.Route, v catalog.Version, parameters []object, summary, refused string) object {
	e, _ := catalog.Find(r.Entity)
	headers := []string{"X-Request-Id", "X-Perm-Rev", "X-Total-Count", "ETag"}
	if !r.Single {
		headers = append(headers, "X-Count", "Link")
	}
	responses := object{
		"200": object{"description": "What the app may see of it.", "headers": named(headers)},
		"304": object{"description": "The body would have the bytes whose ETag If-None-Match names.", "headers": named(headers)},
	}
	for status := range refusals(v) {
		responses[status] = reference("responses", status+refused)
	}
	return object{"tags": []string{e.Label}, "summary": summary, "parameters": parameters, "security": security(r, v), "responses": responses}
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

// security is what opens a route: a token of any of its scopes, or a signature.
func security(r catalog.Route, v catalog.Version) []object {
	var any []object
	for _, s := range catalog.TokenScopes() {
		if s.In(v) && r.TokenScope.OpenedBy([]catalog.TokenScope{s}) {
			any = append(any, object{"oauth2": []string{catalog.TokenScopePrefix(v) + string(s)}})
		}
	}
	return append(any, object{"oauth1": []string{}})
}

func reference(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

func jsonOf(schema object) object { return object{"application/json": object{"schema": schema}} }

func components(public string, s catalog.Service) object {
	scopes := object{}
	for _, scope := range catalog.TokenScopes() {
		if scope.In(s.Version) {
			scopes[catalog.TokenScopePrefix(s.Version)+string(scope)] = string(scope)
		}
	}
	responses := object{}
	for status, r := range refusals(s.Version) {
		responses[status] = r.component(s.Version)
		responses[status+bodiless] = r.bodiless()
	}
	return object{
		"schemas": schemas(s), "parameters": parameters(), "headers": headers(), "responses": responses,
		"securitySchemes": object{
			"oauth2": object{"type": "oauth2", "flows": object{"clientCredentials": object{"tokenUrl": public + "/oauth/token", "scopes": scopes}}},
			"oauth1": object{"type": "http", "scheme": "OAuth", "description": "OAuth 1.0a without a token, HMAC-SHA1 or HMAC-SHA256."},
		},
	}
}

func parameters() object {
	all := object{}
	for _, p := range catalog.Parameters() {
		schema := object{"type": "string"}
		switch p.Name {
		case "limit":
			schema = object{"type": "integer", "minimum": 1, "default": 100}
		case "offset":
			schema = object{"type": "integer", "minimum": 0, "default": 0}
		case "filter":
			schema["maxLength"] = 2000
		}
		all[p.Name] = object{"name": p.Name, "in": "query", "description": p.Label, "schema": schema}
	}
	return all
}
