package rostergate.guardrail_test

import data.rostergate.guardrail

granted := [
	{"name": "users.pronouns", "entity": "users", "bag": "", "class": "special", "category": "Demographics", "mask": ""},
	{"name": "demographics.metadata.iepStatus", "entity": "demographics", "bag": "metadata", "class": "personal", "category": "Special Indicator", "mask": ""},
	{"name": "users.email", "entity": "users", "bag": "", "class": "contact", "category": "Student Contact", "mask": ""},
]

test_special_fields_go_without_an_agreement if {
	guardrail.hide == {"users.pronouns", "demographics.metadata.iepStatus"} with input as {"granted": granted, "agreement": {"in_force": false}}
}

test_nothing_goes_while_one_is_in_force if {
	guardrail.hide == set() with input as {"granted": granted, "agreement": {"in_force": true}}
}

test_what_is_not_known_hides if {
	count(guardrail.hide) == 2 with input as {"granted": granted}
}
