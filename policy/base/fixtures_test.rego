package rostergate.base_test

# A district in small: people who live in places, traits that are said of people,
# jobs that only appear inside people, and posters, which hang nowhere.

field := {"class": "directory", "kind": "text", "versions": ["1.1", "1.2"], "twins": [], "needs": [], "follows": []}

record := {
	"served": true, "metadata": true, "requires": [], "scopes": ["core"], "shown_by": [],
	"narrowed_by": [], "structure": ["id"], "bags": [], "fields": {},
}

id := but(field, {"class": "structural", "kind": "id"})

small := {
	"scopes": ["core", "private"],
	"masks": {"initial": ["text"], "year": ["date"]},
	"entities": {
		"places": but(record, {"narrowed_by": ["orgs"], "fields": {
			"id": id,
			"name": field,
			"parent": but(field, {"kind": "reference", "needs": ["places"]}),
			"children": but(field, {"kind": "references", "needs": ["places"], "follows": [{"entity": "places", "field": "parent"}]}),
		}}),
		"posters": but(record, {"metadata": false, "fields": {"id": id, "title": field}}),
		"people": but(record, {
			"requires": ["places"], "narrowed_by": ["orgs", "roles"], "structure": ["id", "home", "homes"], "bags": ["badges"],
			"fields": {
				"id": id,
				"home": but(field, {"class": "structural", "kind": "reference", "needs": ["places"]}),
				"name": but(field, {"twins": ["nickname"]}),
				"homes": but(field, {"class": "structural", "versions": ["1.2"], "twins": ["born"]}),
				"alias": but(field, {"versions": ["1.2"], "twins": ["handle"]}),
				"handle": but(field, {"versions": ["1.2"], "twins": ["alias"]}),
				"nickname": but(field, {"versions": ["1.2"], "twins": ["name"]}),
				"phone": but(field, {"class": "contact"}),
				"born": but(field, {"class": "personal", "kind": "date"}),
				"diagnosis": but(field, {"class": "special"}),
				"password": but(field, {"class": "credential"}),
				"novelty": but(field, {"class": ""}),
				"stranger": but(field, {"class": "harmless"}),
				"badges": but(field, {"class": "personal", "kind": "identifiers"}),
				"posters": but(field, {"kind": "references", "needs": ["posters"]}),
				"jobs": but(field, {"class": "personal", "kind": "nested", "needs": ["jobs"]}),
			},
		}),
		"traits": but(record, {
			"requires": ["people", "places"], "scopes": ["private"],
			"fields": {"id": id, "height": but(field, {"class": "personal"})},
		}),
		"jobs": but(record, {
			"served": false, "metadata": false, "requires": ["places"], "structure": ["id", "where"],
			"shown_by": [{"entity": "people", "field": "jobs"}],
			"fields": {
				"id": id,
				"where": but(field, {"class": "structural", "kind": "reference", "needs": ["places"]}),
				"title": field,
			},
		}),
	},
}

everybody := {
	"orgs": everything, "courses": everything, "classes": everything, "roles": everything, "grades": everything,
	"unenrolled": true, "guardians": true, "former": true,
}

everything := {"all": true, "only": []}

nothing := {"all": false, "only": []}

question := {
	"app": {"id": "library", "state": "enabled"},
	"scopes": ["core", "private"],
	"now": 1000, "expires": 2000, "until": 3000,
	"grant": [places, people({})],
	"scope": everybody,
	"bags": [],
}

places := {"entity": "places", "open": true, "metadata": false, "fields": [], "masks": [], "keys": [], "types": []}

# What is granted of people, but for some changes.
people(changes) := but(but(places, {"entity": "people"}), changes)

# The question, but for some changes.
asking(changes) := but(question, changes)

# The question about a grant of people and their places.
granting(changes) := asking({"grant": [places, people(changes)]})

# An object with the values that another has for its keys.
but(whole, changes) := {key: value |
	some key, before in whole
	value := object.get(changes, key, before)
}
