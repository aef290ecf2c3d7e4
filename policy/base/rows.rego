package rostergate.base

import data.rostergate.catalog

# Which records of an open entity the scope of the grant reaches: all of them,
# none, or those that meet its conditions. Opt-outs are not a matter of policy.

rows[name] := "never" if {
	some name in open
	nobody(name)
}

rows[name] := "always" if {
	some name in open
	everybody
}

rows[name] := "conditional" if {
	some name in open
	not nobody(name)
	not everybody
}

# METADATA
# description: A list that is empty means nobody, never "no condition".
nobody(name) if {
	some part in catalog.entities[name].narrowed_by
	not input.scope[part].all
	count(input.scope[part].only) == 0
}

everybody if {
	input.scope.orgs.all
	input.scope.courses.all
	input.scope.classes.all
	input.scope.roles.all
	input.scope.grades.all
	input.scope.unenrolled
	input.scope.guardians
	input.scope.former
}
