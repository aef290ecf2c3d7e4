package rostergate.guardrail_test

import data.rostergate.guardrail

granted := [
	{"name": "users.metadata.lunchPin", "entity": "users", "bag": "metadata", "class": "unclassified", "category": "Other", "mask": ""},
	{"name": "users.metadata.schoolNumber", "entity": "users", "bag": "metadata", "class": "directory", "category": "Enrollment", "mask": ""},
	{"name": "users.userIds.StateID", "entity": "users", "bag": "userIds", "class": "unclassified", "category": "Student Identifiers", "mask": ""},
]

test_a_key_that_is_not_known_goes_alone if {
	guardrail.hide == {"users.metadata.lunchPin"} with input as {"granted": granted}
}
