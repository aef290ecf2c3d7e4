package rostergate.guardrail_test

import data.rostergate.guardrail

granted := [
	{"name": "users.email", "entity": "users", "bag": "", "class": "contact", "category": "Student Contact", "mask": ""},
	{"name": "users.givenName", "entity": "users", "bag": "", "class": "directory", "category": "Student Name", "mask": ""},
]

contact_for_practice := {"class": "contact", "vendor": "practice"}

test_the_class_goes_for_the_kind if {
	guardrail.hide == {"users.email"} with input as {"app": {"vendor": "practice"}, "granted": granted, "parameters": contact_for_practice}
}

test_it_stays_for_another if {
	guardrail.hide == set() with input as {"app": {"vendor": "library"}, "granted": granted, "parameters": contact_for_practice}
}

test_it_goes_where_the_kind_is_not_known if {
	guardrail.hide == {"users.email"} with input as {"app": {"vendor": ""}, "granted": granted, "parameters": contact_for_practice}
}
