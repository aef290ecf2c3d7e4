package rostergate.base

# METADATA
# title: The decision
# description: |
#   Everything that the engine reads. What is shared and what is hidden are said
#   apart, so that a rule that is undefined is noticed: the engine refuses a
#   decision in which something is neither or both.
# entrypoint: true
decision := {
	"allow": allow,
	"deny": deny,
	"open": open,
	"closed": closures,
	"shared": shared,
	"hidden": hidden,
	"masks": masks,
	"rows": rows,
	"members": shared_members,
	"hiddenMembers": hidden_members,
}
