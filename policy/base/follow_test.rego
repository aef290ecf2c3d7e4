package rostergate.base_test

import data.rostergate.base

test_a_computed_field_is_hidden_with_the_reference_it_is_computed_from if {
	alone := asking({"grant": [but(places, {"fields": ["children"]})]})
	not "children" in base.shared.places with input as alone with data.rostergate.catalog as small
	"follows_hidden:places.parent" in base.hidden.places.children with input as alone with data.rostergate.catalog as small
	both := asking({"grant": [but(places, {"fields": ["children", "parent"]})]})
	base.shared.places == {"id", "children", "parent"} with input as both with data.rostergate.catalog as small
}

test_a_newer_twin_is_hidden_where_the_older_is_hidden if {
	hides("nickname", "twin_hidden:name") with input as granting({"fields": ["nickname"]}) with data.rostergate.catalog as small
	shares("nickname") with input as granting({"fields": ["nickname", "name"]}) with data.rostergate.catalog as small
}

test_a_newer_twin_is_hidden_where_the_older_is_masked if {
	masked := granting({"fields": ["nickname", "name"], "masks": [{"field": "name", "mask": "initial"}]})
	hides("nickname", "twin_hidden:name") with input as masked with data.rostergate.catalog as small
	shares("name") with input as masked with data.rostergate.catalog as small
}

test_a_newer_twin_that_is_not_ticked_hides_nothing if {
	alone := granting({"fields": ["name"]})
	shares("name") with input as alone with data.rostergate.catalog as small
	hides("nickname", "not_ticked") with input as alone with data.rostergate.catalog as small
}

test_twins_of_one_age_do_not_hide_each_other if {
	alone := granting({"fields": ["alias"]})
	shares("alias") with input as alone with data.rostergate.catalog as small
	hides("handle", "not_ticked") with input as alone with data.rostergate.catalog as small
}

test_a_structural_field_is_never_hidden_for_its_twin if {
	alone := granting({"fields": []})
	hides("born", "not_ticked") with input as alone with data.rostergate.catalog as small
	not "homes" in object.keys(base.hidden.people) with input as alone with data.rostergate.catalog as small
}
