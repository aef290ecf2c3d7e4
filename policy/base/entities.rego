package rostergate.base

import data.rostergate.catalog

grants := {grant.entity: grant | some grant in input.grant}

ticked := {grant.entity: {field | some field in grant.fields} | some grant in input.grant}

masked := {grant.entity: {entry.field: entry.mask | some entry in grant.masks} | some grant in input.grant}

# Entities that can be given as the grant says: those switched on, and those that
# have no switch because they only appear inside others.
offered contains name if {
	some name, grant in grants
	catalog.entities[name].served
	grant.open
	not masks_structure(name)
}

offered contains name if {
	some name, entity in catalog.entities
	not entity.served
	not masks_structure(name)
}

# Entities that the app can reach by some credential: offered, and nothing that
# their records must refer to is missing.
reachable contains name if {
	some name in offered
	every other in catalog.entities[name].requires {
		other in offered
	}
}

granted contains name if {
	some name in reachable
	catalog.entities[name].served
}

# What has no switch follows the field that shows it.
granted contains name if {
	some name in reachable
	some shower in catalog.entities[name].shown_by
	shower.entity in reachable
	shower.field in sharable[shower.entity]
}

scope_opens(name) if {
	some scope in input.scopes
	scope in catalog.entities[name].scopes
}

masks_structure(name) if {
	some field, _ in masked[name]
	catalog.entities[name].fields[field].class == "structural"
}

# Entities that this decision opens.
open contains name if {
	allow
	some name in granted
	scope_opens(name)
	not closures[name]
}

# The reasons of the rules below, evaluated as a whole.
closures := closed

# METADATA
# title: unknown_entity
# description: The permissions name a kind of record that OneRoster does not have.
closed[name] contains "unknown_entity" if {
	some name, _ in grants
	not catalog.entities[name]
}

# METADATA
# title: not_granted
# description: The app was not given this kind of record.
closed[name] contains "not_granted" if {
	some name, entity in catalog.entities
	entity.served
	not grants[name]
}

# METADATA
# title: switched_off
# description: This kind of record is turned off in the permissions.
closed[name] contains "switched_off" if {
	some name, grant in grants
	catalog.entities[name].served
	not grant.open
}

# METADATA
# title: structure_masked
# description: The permissions mask a technical field, which can only be hidden with the whole record.
closed[name] contains "structure_masked" if {
	some name, _ in catalog.entities
	masks_structure(name)
}

# METADATA
# title: requires_ungranted
# description: Its records cannot stand without those of another kind that the app was not given.
closed[name] contains concat(":", ["requires_ungranted", other]) if {
	some name, entity in catalog.entities
	some other in entity.requires
	not other in offered
}

# METADATA
# title: not_shown
# description: It is seen only inside a field that is not shared.
closed[name] contains concat(":", ["not_shown", concat(".", [shower.entity, shower.field])]) if {
	some name, entity in catalog.entities
	not name in granted
	some shower in entity.shown_by
}

# METADATA
# title: scope_not_held
# description: The credential holds no scope that opens this kind of record.
closed[name] contains "scope_not_held" if {
	some name, _ in catalog.entities
	not scope_opens(name)
}
