package rostergate.base_test

import data.rostergate.base

hides(name, code) if {
	"people" in base.open
	code in base.hidden.people[name]
	not name in base.shared.people
	not object.get(base.masks, "people", {})[name]
}

shares(name) if {
	name in base.shared.people
	not base.hidden.people[name]
}

test_structural_fields_come_with_their_entity if {
	base.shared.people == {"id", "home", "homes"} with input as question with data.rostergate.catalog as small
}

test_every_class_that_can_be_granted_is_shared_when_ticked if {
	every name in ["name", "phone", "born", "diagnosis"] {
		shares(name) with input as granting({"fields": [name]}) with data.rostergate.catalog as small
		hides(name, "not_ticked") with input as granting({"fields": []}) with data.rostergate.catalog as small
	}
}

test_a_tick_shares_one_field_and_no_other if {
	base.shared.people == {"id", "home", "homes", "phone"} with input as granting({"fields": ["phone"]}) with data.rostergate.catalog as small
}

test_a_credential_is_hidden_even_when_ticked_or_masked if {
	hides("password", "credential") with input as granting({"fields": ["password"]}) with data.rostergate.catalog as small
	hides("password", "credential") with input as granting({"masks": [{"field": "password", "mask": "initial"}]})
		with data.rostergate.catalog as small
}

test_an_unclassified_field_is_hidden_even_when_ticked if {
	hides("novelty", "unclassified") with input as granting({"fields": ["novelty"]}) with data.rostergate.catalog as small
}

test_a_class_that_nobody_knows_is_hidden_even_when_ticked if {
	hides("stranger", "unclassified") with input as granting({"fields": ["stranger"]}) with data.rostergate.catalog as small
}

test_an_unknown_field_is_hidden if {
	every name in ["shoeSize", "Name", "name ", "people.name", ""] {
		hides(name, "unknown_field") with input as granting({"fields": [name]}) with data.rostergate.catalog as small
		hides(name, "unknown_field") with input as granting({"masks": [{"field": name, "mask": "initial"}]})
			with data.rostergate.catalog as small
	}
}

test_a_mask_shares_its_field_without_a_tick if {
	masked := granting({"masks": [{"field": "name", "mask": "initial"}]})
	shares("name") with input as masked with data.rostergate.catalog as small
	base.masks == {"people": {"name": "initial"}, "places": {}} with input as masked with data.rostergate.catalog as small
}

test_a_mask_that_does_not_fit_hides_its_field if {
	every entry in [{"field": "born", "mask": "initial"}, {"field": "name", "mask": "year"}, {"field": "name", "mask": "ink"}, {"field": "posters", "mask": "initial"}] {
		hides(entry.field, "mask_unfit") with input as granting({"fields": [entry.field], "masks": [entry]})
			with data.rostergate.catalog as small
	}
}

test_a_reference_needs_the_entity_that_it_refers_to if {
	ticked := people({"fields": ["posters"]})
	hides("posters", "refers_to_ungranted:posters") with input as asking({"grant": [places, ticked]}) with data.rostergate.catalog as small
	posters := but(places, {"entity": "posters"})
	shares("posters") with input as asking({"grant": [places, ticked, posters]}) with data.rostergate.catalog as small
	hides("posters", "refers_to_ungranted:posters") with input as asking({"grant": [places, ticked, but(posters, {"open": false})]})
		with data.rostergate.catalog as small
}

test_identifiers_without_a_visible_type_are_hidden if {
	hides("badges", "no_visible_type") with input as granting({"fields": ["badges"]}) with data.rostergate.catalog as small
}
