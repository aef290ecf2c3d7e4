package rostergate.guardrail

# METADATA
# title: Special fields need an agreement
# description: There is no agreement with this vendor that is in force today. Save the agreement, or leave these out.
hide contains given.name if {
	some given in input.granted
	special(given)
	not input.agreement.in_force
}

special(given) if given.class == "special"

special(given) if given.category == "Special Indicator"
