package rostergate.guardrail_test

import data.rostergate.guardrail

granted := [
	{"name": "demographics.birthDate", "entity": "demographics", "bag": "", "class": "personal", "category": "Demographics", "mask": "year"},
	{"name": "users.pronouns", "entity": "users", "bag": "", "class": "special", "category": "Demographics", "mask": ""},
	{"name": "users.givenName", "entity": "users", "bag": "", "class": "directory", "category": "Student Name", "mask": ""},
]

test_personal_and_special_fields_go_without_a_purpose if {
	guardrail.hide == {"demographics.birthDate", "users.pronouns"} with input as {"granted": granted, "purpose": ""}
}

test_nothing_goes_with_one if {
	guardrail.hide == set() with input as {"granted": granted, "purpose": "Library"}
}

test_what_is_not_known_hides if {
	count(guardrail.hide) == 2 with input as {"granted": granted}
}
