package rostergate.app_test

import data.rostergate.app

needs := [
	{"name": "orgs", "entity": "orgs", "required": true},
	{"name": "users.email", "entity": "users", "required": true},
]

asking(list) := {"app": {"id": "eduready360", "preset": "eduready360"}, "day": "2026-11-30", "needs": list, "granted": [], "members": [], "scope": {}}

# What its vendor asks for: no demographics at all.
test_what_the_vendor_documents_a_use_for_stays if {
	app.only == {need.name | some need in needs} with input as asking(needs)
}

test_nothing_else_stays if {
	others := {"demographics", "demographics.birthDate", "users.metadata.primaryOrg"}
	count(app.only & others) == 0 with input as asking(needs)
}

test_without_needs_nothing_stays if {
	app.only == set() with input as asking([])
}
