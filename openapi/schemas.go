package openapi

import "github.com/rostergate/rostergate/catalog"

// schemas are those of a service's records, with what stands in them and in refusals.
func schemas(s catalog.Service) object {
	all := object{
		"reference":           record(object{"href": uri(), "sourcedId": text(), "type": text()}, "href", "sourcedId", "type"),
		"userId":              record(object{"type": text(), "identifier": text()}, "type", "identifier"),
		statusName(s.Version): status(s.Version),
	}
	for _, r := range s.Routes {
		e, _ := catalog.Find(r.Entity)
		all[e.Name] = entity(e, s.Version)
		for _, f := range e.In(s.Version) {
			if f.Kind == catalog.Nested {
				part, _ := catalog.Find(f.Target)
				all[part.Name] = nested(part, s.Version)
			}
		}
	}
	return all
}

// nested describes a record that stands inside another.
func nested(e catalog.Entity, v catalog.Version) object {
	properties := members(e.Members(), v)
	if e.Inside != "" {
		properties[e.Inside] = uri()
	}
	return record(properties)
}

// entity describes a record. No member is required, whatever the standard says: which of
// them an app gets is the district's to say.
func entity(e catalog.Entity, v catalog.Version) object {
	properties := members(e.In(v), v)
	if e.Metadata {
		properties[string(catalog.Metadata)] = object{
			"type": "object", "additionalProperties": text(),
			"description": "What the district defined itself and granted the app.",
		}
	}
	return record(properties)
}

// record is an object that has these members and no others.
func record(properties object, required ...string) object {
	described := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		described["required"] = required
	}
	return described
}

// members describes fields as a version has them.
func members(fields []catalog.Field, v catalog.Version) object {
	properties := object{}
	for _, f := range fields {
		described := value(f.As(v))
		if _, refers := described["$ref"]; !refers {
			described["description"] = f.Label + "."
		}
		properties[f.Name] = described
	}
	return properties
}

func value(f catalog.Field) object {
	if f.IsURI() {
		return uri()
	}
	switch f.Kind {
	case catalog.Token:
		return token(f)
	case catalog.Tokens:
		return list(token(f))
	case catalog.Boolean:
		return words("true", "false")
	case catalog.Date:
		return object{"type": "string", "format": "date"}
	case catalog.Timestamp:
		return object{"type": "string", "format": "date-time"}
	case catalog.Year:
		return object{"type": "string", "pattern": "^[0-9]{4}$"}
	case catalog.List:
		return list(text())
	case catalog.Identifiers:
		return list(reference("schemas", "userId"))
	case catalog.Reference:
		return reference("schemas", "reference")
	case catalog.References:
		return list(reference("schemas", "reference"))
	case catalog.Nested:
		part, _ := catalog.Find(f.Target)
		return list(reference("schemas", part.Name))
	}
	return text()
}

// token is one of the standard's words or, where it may be extended, one of a district's own.
func token(f catalog.Field) object {
	if !f.Extends {
		return words(f.Values...)
	}
	own := object{"type": "string", "pattern": `^ext:[A-Za-z0-9.\-_]+$`}
	return object{"anyOf": []object{words(f.Values...), own}}
}

func text() object { return object{"type": "string"} }

func uri() object { return object{"type": "string", "format": "uri"} }

func list(items object) object { return object{"type": "array", "items": items} }

func words(values ...string) object { return object{"type": "string", "enum": values} }
