package rostergate.base_test

import data.rostergate.base

denies(code) if {
	not base.allow
	code in base.deny
	count(base.open) == 0
	count(base.shared) == 0
	count(base.decision.members) == 0
	count(base.decision.masks) == 0
}

test_an_enabled_app_with_a_scope_and_a_grant_is_allowed if {
	base.allow with input as question with data.rostergate.catalog as small
	base.deny == set() with input as question with data.rostergate.catalog as small
	base.open == {"people", "places"} with input as question with data.rostergate.catalog as small
}

test_an_app_without_a_name_is_denied if {
	denies("no_app") with input as asking({"app": {"id": "", "state": "enabled"}}) with data.rostergate.catalog as small
}

test_a_pending_app_is_denied if {
	denies("app_pending") with input as asking({"app": {"id": "library", "state": "pending"}}) with data.rostergate.catalog as small
}

test_a_suspended_app_is_denied if {
	denies("app_suspended") with input as asking({"app": {"id": "library", "state": "suspended"}}) with data.rostergate.catalog as small
}

test_an_app_in_an_unknown_state_is_denied if {
	every state in ["", "Enabled", "enabled ", "active"] {
		denies("app_state_unknown") with input as asking({"app": {"id": "library", "state": state}}) with data.rostergate.catalog as small
	}
}

test_a_credential_is_over_at_its_very_end if {
	base.allow with input as asking({"now": 1999}) with data.rostergate.catalog as small
	denies("credential_expired") with input as asking({"now": 2000}) with data.rostergate.catalog as small
	denies("credential_expired") with input as asking({"now": 2001}) with data.rostergate.catalog as small
}

test_a_grant_is_over_at_its_very_end if {
	base.allow with input as asking({"until": 1001}) with data.rostergate.catalog as small
	denies("grant_over") with input as asking({"until": 1000}) with data.rostergate.catalog as small
	denies("grant_over") with input as asking({"until": 999}) with data.rostergate.catalog as small
}

test_a_credential_without_a_known_scope_is_denied if {
	every scopes in [[], ["everything"], [""]] {
		denies("no_scope") with input as asking({"scopes": scopes}) with data.rostergate.catalog as small
	}
}

test_what_is_missing_from_the_input_denies if {
	every missing in object.keys(question) - {"grant", "scope", "bags"} {
		not base.allow with input as without(missing) with data.rostergate.catalog as small
		base.open == set() with input as without(missing) with data.rostergate.catalog as small
	}
}

without(missing) := {key: value | some key, value in question; key != missing}

test_without_a_grant_nothing_is_open if {
	count(base.open) == 0 with input as without("grant") with data.rostergate.catalog as small
	count(base.shared) == 0 with input as without("grant") with data.rostergate.catalog as small
}

test_without_a_scope_no_record_is_reached_unseen if {
	base.rows == {"people": "conditional", "places": "conditional"} with input as without("scope") with data.rostergate.catalog as small
}

# A rule that gives a reason may be wrong; what it denies is denied all the same.

test_denials_do_not_hang_on_their_reasons if {
	every changes in [
		{"app": {"id": "", "state": "enabled"}}, {"app": {"id": "library", "state": "pending"}},
		{"scopes": []}, {"scopes": ["everything"]}, {"now": 2000}, {"until": 1000},
	] {
		not base.allow with base.deny as set() with input as asking(changes) with data.rostergate.catalog as small
	}
}

test_a_reason_denies_all_by_itself if {
	not base.allow with base.deny as {"app_pending"} with input as question with data.rostergate.catalog as small
}

test_closed_entities_do_not_hang_on_their_reasons if {
	every asked in [granting({"open": false}), asking({"grant": [people({})]}), asking({"scopes": ["private"]})] {
		not "people" in base.open with base.closed as {} with input as asked with data.rostergate.catalog as small
	}
}

test_a_reason_closes_an_entity_by_itself if {
	base.open == {"places"} with base.closed as {"people": {"switched_off"}} with input as question with data.rostergate.catalog as small
}
