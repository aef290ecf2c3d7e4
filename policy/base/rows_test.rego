package rostergate.base_test

import data.rostergate.base

reaching(changes) := asking({
	"scope": but(everybody, changes),
	"grant": [places, people({}), but(places, {"entity": "posters"})],
})

test_a_scope_without_a_condition_reaches_every_record if {
	base.rows == {"places": "always", "people": "always", "posters": "always"} with input as reaching({})
		with data.rostergate.catalog as small
}

test_a_scope_with_any_condition_is_conditional if {
	every changes in [{"unenrolled": false}, {"guardians": false}, {"former": false}, {"orgs": {"all": false, "only": ["north"]}}, {"courses": {"all": false, "only": ["math"]}}, {"classes": {"all": false, "only": ["math-a"]}}, {"roles": {"all": false, "only": ["student"]}}, {"grades": {"all": false, "only": ["09"]}}] {
		base.rows.people == "conditional" with input as reaching(changes) with data.rostergate.catalog as small
		base.rows.posters == "conditional" with input as reaching(changes) with data.rostergate.catalog as small
	}
}

test_an_empty_list_is_nobody_and_never_no_condition if {
	base.rows == {"places": "never", "people": "never", "posters": "conditional"} with input as reaching({"orgs": nothing})
		with data.rostergate.catalog as small
}

test_an_empty_list_concerns_what_it_narrows if {
	base.rows == {"places": "conditional", "people": "never", "posters": "conditional"} with input as reaching({"roles": nothing})
		with data.rostergate.catalog as small
}

test_a_closed_entity_has_no_rows if {
	not base.rows.posters with input as question with data.rostergate.catalog as small
}

test_the_decision_says_everything_that_the_engine_reads if {
	object.keys(base.decision) == {
		"allow", "deny", "open", "closed", "shared", "hidden", "masks",
		"rows", "members", "hiddenMembers",
	} with input as question with data.rostergate.catalog as small
}
