package rostergate.base

import data.rostergate.catalog

# Members of bags are the district's: metadata keys, and the types of identifiers.
# They are known from imports, and each is granted by its own name.

bags := {entity: names |
	some entity in reachable
	names := {"metadata"} | {bag | some bag in catalog.entities[entity].bags}
}

ticked_in(entity, "metadata") := grants[entity].keys

ticked_in(entity, bag) := grants[entity].types if bag in catalog.entities[entity].bags

# Members that the grant ticks.
ticked_members := {entity: members |
	some entity, names in bags
	members := {bag: ticks |
		some bag in names
		ticks := {name | some name in ticked_in(entity, bag)}
	}
}

# Members that the roster has.
known_members := {entity: members |
	some entity, names in bags
	members := {bag: known |
		some bag in names
		reviewed := {name |
			some held in input.bags
			held.entity == entity
			held.bag == bag
			some name in held.reviewed
		}
		known := reviewed | unreviewed_members[entity][bag]
	}
}

# Members that nobody has reviewed, whoever else may say so.
unreviewed_members := {entity: members |
	some entity, names in bags
	members := {bag: unreviewed |
		some bag in names
		unreviewed := {name |
			some held in input.bags
			held.entity == entity
			held.bag == bag
			some name in held.unreviewed
		}
	}
}

# Members that are granted, known and reviewed.
sound_members := {entity: members |
	some entity, names in bags
	members := {bag: rest |
		some bag in names
		rest := (ticked_members[entity][bag] & known_members[entity][bag]) - unreviewed_members[entity][bag]
	}
}

# Members worth a reason: those granted and those known.
judged_members := {entity: members |
	some entity, names in bags
	entity in open
	members := {bag: either |
		some bag in names
		either := ticked_members[entity][bag] | known_members[entity][bag]
	}
}

# Whether the bag itself is shared.
bag_open(entity, "metadata") if {
	catalog.entities[entity].metadata
	grants[entity].metadata
}

bag_open(entity, bag) if {
	bag in catalog.entities[entity].bags
	sharable[entity][bag]
}

# Members that this decision shares.
shared_members := {entity: members |
	some entity, held in sound_members
	entity in open
	members := {bag: names |
		some bag, names in held
		bag_open(entity, bag)
	}
}

# METADATA
# title: no_metadata
# description: Records of this kind carry no metadata.
hidden_members[entity][bag][name] contains "no_metadata" if {
	some entity, held in judged_members
	not catalog.entities[entity].metadata
	bag := "metadata"
	some name in held[bag]
}

# METADATA
# title: metadata_off
# description: Metadata is turned off for this kind of record.
hidden_members[entity][bag][name] contains "metadata_off" if {
	some entity, held in judged_members
	not grants[entity].metadata
	bag := "metadata"
	some name in held[bag]
}

# METADATA
# title: bag_hidden
# description: The field that holds it is not shared.
hidden_members[entity][bag][name] contains concat(":", ["bag_hidden", bag]) if {
	some entity, held in judged_members
	some bag, names in held
	bag != "metadata"
	not bag_open(entity, bag)
	some name in names
}

# METADATA
# title: member_not_ticked
# description: It is not ticked in the permissions.
hidden_members[entity][bag][name] contains "member_not_ticked" if {
	some entity, held in judged_members
	some bag, names in held
	some name in (names - ticked_members[entity][bag])
}

# METADATA
# title: never_seen
# description: The roster does not have it now, because no import brought it or because it vanished.
hidden_members[entity][bag][name] contains "never_seen" if {
	some entity, held in judged_members
	some bag, names in held
	some name in (names - known_members[entity][bag])
}

# METADATA
# title: unreviewed
# description: It waits for a review for this app since it appeared in the roster.
hidden_members[entity][bag][name] contains "unreviewed" if {
	some entity, held in judged_members
	some bag, names in held
	some name in (names & unreviewed_members[entity][bag])
}
