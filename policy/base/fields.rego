package rostergate.base

import data.rostergate.catalog

# The classes that a grant can share. Whatever is not listed is not shared.
grantable := {"special", "personal", "contact", "directory", "structural"}

fits(entity, name, mask) if catalog.entities[entity].fields[name].kind in catalog.masks[mask]

# Fields whose class a grant can share.
proper := {entity: names |
	some entity in reachable
	names := {name |
		some name, field in catalog.entities[entity].fields
		field.class in grantable
	}
}

# Fields that the grant asks for: the ticked, the masked and, with the entity, the
# structural ones.
wanted := {entity: names |
	some entity in reachable
	structure := {name | some name in catalog.entities[entity].structure}
	names := (structure | object.get(ticked, entity, set())) | object.keys(object.get(masked, entity, {}))
}

# Fields that nothing speaks against but, perhaps, what happens to other fields.
sound := {entity: rest |
	some entity, names in wanted
	rest := (names & proper[entity]) - object.keys(object.get(bars, entity, {}))
}

# Fields that are shared wherever their entity is open.
sharable := {entity: rest |
	some entity, names in sound
	rest := names - object.keys(object.get(trails, entity, {}))
}

# Fields that this decision shares.
shared := {entity: names |
	some entity, names in sharable
	entity in open
}

masks := {entity: named |
	some entity, names in shared
	named := {name: mask |
		some name, mask in masked[entity]
		name in names
	}
}

# Why fields of open entities are hidden.
hidden[entity][name] contains code if {
	some entity, names in bars
	entity in open
	some name, codes in names
	some code in codes
}

hidden[entity][name] contains code if {
	some entity, names in trails
	entity in open
	some name, codes in names
	some code in codes
}

# The reasons of the rules below, evaluated as a whole.
bars := barred

# METADATA
# title: unknown_field
# description: The permissions name a field that OneRoster does not have.
barred[entity][name] contains "unknown_field" if {
	some entity in reachable
	some name in (wanted[entity] - object.keys(catalog.entities[entity].fields))
}

# METADATA
# title: credential
# description: Passwords and other credentials are never shared.
barred[entity][name] contains "credential" if {
	some entity in reachable
	some name, field in catalog.entities[entity].fields
	field.class == "credential"
}

# METADATA
# title: unclassified
# description: Nobody has said how sensitive the field is, so it counts as the most sensitive.
barred[entity][name] contains "unclassified" if {
	some entity in reachable
	some name in (object.keys(catalog.entities[entity].fields) - proper[entity])
}

# METADATA
# title: not_ticked
# description: The field is not ticked in the permissions.
barred[entity][name] contains "not_ticked" if {
	some entity in reachable
	some name in (object.keys(catalog.entities[entity].fields) - wanted[entity])
}

# METADATA
# title: mask_unfit
# description: The mask that the permissions name cannot stand on a value of this kind.
barred[entity][name] contains "mask_unfit" if {
	some entity in reachable
	some name, mask in masked[entity]
	not fits(entity, name, mask)
}

# METADATA
# title: refers_to_ungranted
# description: The field refers to records of a kind that the app was not given.
barred[entity][name] contains concat(":", ["refers_to_ungranted", other]) if {
	some entity in reachable
	some name, field in catalog.entities[entity].fields
	some other in field.needs
	not other in reachable
}

# METADATA
# title: no_visible_type
# description: No type inside the field is both ticked and reviewed.
barred[entity][name] contains "no_visible_type" if {
	some entity in reachable
	some name in catalog.entities[entity].bags
	not some_sound_member(entity, name)
}

some_sound_member(entity, bag) if some _ in sound_members[entity][bag]
