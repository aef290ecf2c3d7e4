package rostergate.base_test

import data.rostergate.base

closes(name, code) if {
	code in base.closed[name]
	not name in base.open
	not base.shared[name]
}

test_an_entity_that_is_not_in_the_grant_is_closed if {
	closes("posters", "not_granted") with input as question with data.rostergate.catalog as small
}

test_an_entity_whose_switch_is_off_is_closed_with_its_ticks if {
	closes("people", "switched_off") with input as granting({"open": false, "fields": ["name"]}) with data.rostergate.catalog as small
	"places" in base.open with input as granting({"open": false}) with data.rostergate.catalog as small
}

test_an_unknown_entity_is_closed if {
	every name in ["pets", "People", "people "] {
		closes(name, "unknown_entity") with input as asking({"grant": [places, people({}), people({"entity": name, "fields": ["name"]})]})
			with data.rostergate.catalog as small
	}
}

test_a_masked_structural_field_closes_its_entity if {
	closes("people", "structure_masked") with input as granting({"masks": [{"field": "id", "mask": "initial"}]})
		with data.rostergate.catalog as small
}

test_an_entity_whose_required_reference_leads_nowhere_is_closed if {
	alone := asking({"grant": [people({"fields": ["name"]})]})
	closes("people", "requires_ungranted:places") with input as alone with data.rostergate.catalog as small
	off := asking({"grant": [but(places, {"open": false}), people({})]})
	closes("people", "requires_ungranted:places") with input as off with data.rostergate.catalog as small
}

test_what_requires_a_closed_entity_is_closed_in_turn if {
	traits := people({"entity": "traits", "fields": ["height"]})
	closes("traits", "requires_ungranted:people") with input as asking({"grant": [places, traits]}) with data.rostergate.catalog as small
	closes("traits", "requires_ungranted:places") with input as asking({"grant": [people({}), traits]}) with data.rostergate.catalog as small
	"traits" in base.open with input as asking({"grant": [places, people({}), traits]}) with data.rostergate.catalog as small
}

test_an_entity_opens_only_to_a_scope_of_its_own if {
	entities := [places, people({}), people({"entity": "traits", "fields": ["height"]})]
	closes("traits", "scope_not_held") with input as asking({"grant": entities, "scopes": ["core"]}) with data.rostergate.catalog as small
	closes("people", "scope_not_held") with input as asking({"grant": entities, "scopes": ["private"]}) with data.rostergate.catalog as small
}

test_a_scope_takes_nothing_from_what_another_scope_opens if {
	entities := [places, people({}), people({"entity": "traits", "fields": ["height"]})]
	base.open == {"traits"} with input as asking({"grant": entities, "scopes": ["private"]}) with data.rostergate.catalog as small
}

test_what_has_no_switch_follows_the_field_that_shows_it if {
	closes("jobs", "not_shown:people.jobs") with input as question with data.rostergate.catalog as small
	ticked := granting({"fields": ["jobs"]})
	"jobs" in base.open with input as ticked with data.rostergate.catalog as small
	base.shared.jobs == {"id", "where"} with input as ticked with data.rostergate.catalog as small
}

test_what_has_no_switch_still_needs_its_ticks if {
	jobs := people({"entity": "jobs", "open": false, "fields": ["title"]})
	shown := asking({"grant": [places, people({"fields": ["jobs"]}), jobs]})
	base.shared.jobs == {"id", "where", "title"} with input as shown with data.rostergate.catalog as small
	closes("jobs", "not_shown:people.jobs") with input as asking({"grant": [places, people({}), but(jobs, {"open": true})]})
		with data.rostergate.catalog as small
}

test_what_has_no_switch_is_closed_with_its_owner if {
	off := granting({"open": false, "fields": ["jobs"]})
	closes("jobs", "not_shown:people.jobs") with input as off with data.rostergate.catalog as small
}

test_what_cannot_be_shown_takes_its_field_along if {
	jobs := people({"entity": "jobs", "masks": [{"field": "where", "mask": "initial"}]})
	masked := asking({"grant": [places, people({"fields": ["jobs"]}), jobs]})
	closes("jobs", "structure_masked") with input as masked with data.rostergate.catalog as small
	not "jobs" in base.shared.people with input as masked with data.rostergate.catalog as small
}
