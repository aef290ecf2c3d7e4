# METADATA
# title: The base policy
# description: |
#   What an app may see, from the grant that the district gave it. Everything is
#   denied unless a rule opens it. A rule that closes something adds its own
#   name, the title of its annotation, to a set of reasons; the description is
#   the sentence that people read. Where several rules close the same thing, the
#   one that is written first gives the reason.
package rostergate.base

import data.rostergate.catalog

default allow := false

# Every condition stands here in the affirmative too, so that a value that is
# missing from the input denies.
allow if {
	input.app.id != ""
	input.app.state == "enabled"
	some scope in input.scopes
	scope in catalog.scopes
	input.now < input.expires
	input.now < input.until
	count(deny) == 0
}

# METADATA
# title: no_app
# description: Nobody says which app is asking.
deny contains "no_app" if input.app.id == ""

# METADATA
# title: app_pending
# description: The app has not been enabled yet.
deny contains "app_pending" if input.app.state == "pending"

# METADATA
# title: app_suspended
# description: The app is suspended.
deny contains "app_suspended" if input.app.state == "suspended"

# METADATA
# title: app_state_unknown
# description: The app is in a state that this policy does not know.
deny contains "app_state_unknown" if not input.app.state in {"pending", "enabled", "suspended"}

# METADATA
# title: credential_expired
# description: The credential that was presented has expired.
deny contains "credential_expired" if input.now >= input.expires

# METADATA
# title: grant_over
# description: Its permissions have ended.
deny contains "grant_over" if input.now >= input.until

# METADATA
# title: no_scope
# description: The credential holds no scope that this gateway knows.
deny contains "no_scope" if not some_known_scope

some_known_scope if {
	some scope in input.scopes
	scope in catalog.scopes
}
