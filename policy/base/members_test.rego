package rostergate.base_test

import data.rostergate.base

key(name, true) := {"entity": "people", "bag": "metadata", "reviewed": [name], "unreviewed": []}

key(name, false) := {"entity": "people", "bag": "metadata", "reviewed": [], "unreviewed": [name]}

type(name, reviewed) := but(key(name, reviewed), {"bag": "badges"})

having(bags, changes) := but(granting(changes), {"bags": bags})

hides_member(bag, name, code) if {
	"people" in base.open
	code in base.hidden_members.people[bag][name]
	not name in object.get(object.get(base.shared_members, "people", {}), bag, set())
}

shares_member(bag, name) if {
	base.shared_members.people[bag] == {name}
	not object.get(object.get(base.hidden_members, "people", {}), bag, {})[name]
}

test_a_granted_known_and_reviewed_key_is_shared if {
	shares_member("metadata", "homeLanguage") with input as having([key("homeLanguage", true)], {"metadata": true, "keys": ["homeLanguage"]})
		with data.rostergate.catalog as small
}

test_a_key_that_is_not_ticked_is_hidden if {
	hides_member("metadata", "iep", "member_not_ticked") with input as having([key("iep", true)], {"metadata": true, "keys": ["homeLanguage"]})
		with data.rostergate.catalog as small
}

test_keys_are_case_sensitive if {
	hides_member("metadata", "HomeLanguage", "member_not_ticked") with input as having(
		[key("HomeLanguage", true)],
		{"metadata": true, "keys": ["homeLanguage"]},
	)
		with data.rostergate.catalog as small
}

test_a_key_is_hidden_while_the_switch_of_metadata_is_off if {
	hides_member("metadata", "homeLanguage", "metadata_off") with input as having([key("homeLanguage", true)], {"metadata": false, "keys": ["homeLanguage"]})
		with data.rostergate.catalog as small
}

test_a_key_that_the_roster_does_not_have_is_hidden if {
	hides_member("metadata", "homeLanguage", "never_seen") with input as having([], {"metadata": true, "keys": ["homeLanguage"]})
		with data.rostergate.catalog as small
}

test_a_key_of_another_entity_or_bag_does_not_count if {
	every other in [but(key("homeLanguage", true), {"entity": "places"}), type("homeLanguage", true)] {
		hides_member("metadata", "homeLanguage", "never_seen") with input as having([other], {"metadata": true, "keys": ["homeLanguage"]})
			with data.rostergate.catalog as small
	}
}

test_an_unreviewed_key_is_hidden if {
	hides_member("metadata", "homeLanguage", "unreviewed") with input as having([key("homeLanguage", false)], {"metadata": true, "keys": ["homeLanguage"]})
		with data.rostergate.catalog as small
}

test_a_key_said_to_be_both_reviewed_and_not_is_hidden if {
	twice := [key("homeLanguage", true), key("homeLanguage", false)]
	hides_member("metadata", "homeLanguage", "unreviewed") with input as having(twice, {"metadata": true, "keys": ["homeLanguage"]})
		with data.rostergate.catalog as small
}

test_an_entity_that_carries_no_metadata_shares_no_key if {
	posters := but(places, {"entity": "posters", "metadata": true, "keys": ["size"]})
	said := [but(key("size", true), {"entity": "posters"})]
	asked := asking({"grant": [posters], "bags": said})
	"no_metadata" in base.hidden_members.posters.metadata.size with input as asked with data.rostergate.catalog as small
	base.shared_members == {"posters": {}} with input as asked with data.rostergate.catalog as small
}

test_keys_of_a_closed_entity_are_not_shared if {
	off := having([key("homeLanguage", true)], {"open": false, "metadata": true, "keys": ["homeLanguage"]})
	base.shared_members == {"places": {}} with input as off with data.rostergate.catalog as small
}

test_a_granted_known_and_reviewed_type_is_shared_inside_its_ticked_field if {
	ticked := having([type("StateID", true), type("SSN", true)], {"fields": ["badges"], "types": ["StateID"]})
	shares_member("badges", "StateID") with input as ticked with data.rostergate.catalog as small
	hides_member("badges", "SSN", "member_not_ticked") with input as ticked with data.rostergate.catalog as small
	shares("badges") with input as ticked with data.rostergate.catalog as small
}

test_a_type_is_hidden_with_its_field if {
	hides_member("badges", "StateID", "bag_hidden:badges") with input as having([type("StateID", true)], {"types": ["StateID"]})
		with data.rostergate.catalog as small
}

test_an_unreviewed_or_vanished_type_hides_its_field_too if {
	unreviewed := having([type("StateID", false)], {"fields": ["badges"], "types": ["StateID"]})
	hides_member("badges", "StateID", "unreviewed") with input as unreviewed with data.rostergate.catalog as small
	hides("badges", "no_visible_type") with input as unreviewed with data.rostergate.catalog as small
	vanished := having([], {"fields": ["badges"], "types": ["StateID"]})
	hides_member("badges", "StateID", "never_seen") with input as vanished with data.rostergate.catalog as small
	hides("badges", "no_visible_type") with input as vanished with data.rostergate.catalog as small
}

test_the_switch_of_metadata_does_not_concern_types if {
	shares_member("badges", "StateID") with input as having(
		[type("StateID", true)],
		{"metadata": false, "fields": ["badges"], "types": ["StateID"]},
	)
		with data.rostergate.catalog as small
}

test_what_is_unreviewed_elsewhere_hides_nothing_here if {
	elsewhere := [but(key("homeLanguage", false), {"entity": "places"}), type("homeLanguage", false)]
	asked := but(
		granting({"metadata": true, "keys": ["homeLanguage"]}),
		{"bags": [key("homeLanguage", true), elsewhere[0], elsewhere[1]]},
	)
	shares_member("metadata", "homeLanguage") with input as asked with data.rostergate.catalog as small
}
