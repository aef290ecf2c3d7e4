package rostergate.base

import data.rostergate.catalog

# Fields that are shown as they are, as far as their own rules go.
plain := {entity: rest |
	some entity, names in sound
	rest := names - object.keys(object.get(masked, entity, {}))
}

# The reasons of the rules below, evaluated as a whole.
trails := trailing

# METADATA
# title: follows_hidden
# description: The field tells what another field tells, and that one is hidden or masked.
trailing[entity][name] contains concat(":", ["follows_hidden", concat(".", [other.entity, other.field])]) if {
	some entity in reachable
	some name, field in catalog.entities[entity].fields
	some other in field.follows
	not plain[other.entity][other.field]
}

# A field that came with OneRoster 1.2 says no more than its twin of 1.1 does.
# The reverse does not hold: a twin that nobody ticked takes nothing away.
#
# METADATA
# title: twin_hidden
# description: The field is a newer form of another field, and that one is hidden or masked.
trailing[entity][name] contains concat(":", ["twin_hidden", twin]) if {
	some entity in reachable
	some name, field in catalog.entities[entity].fields
	some twin in field.twins
	field.class != "structural"
	not "1.1" in field.versions
	"1.1" in catalog.entities[entity].fields[twin].versions
	not plain[entity][twin]
}
