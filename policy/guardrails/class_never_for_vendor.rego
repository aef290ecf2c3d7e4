package rostergate.guardrail

# METADATA
# title: Never for this kind of product
# description: The district gives fields of this class to no product of this kind. Leave these out.
hide contains given.name if {
	some given in input.granted
	given.class == input.parameters.class
	input.app.vendor == input.parameters.vendor
}

# METADATA
# title: Never for a product of an unknown kind
# description: Nobody has said what kind of product this app is, and some kinds may not have fields of this class. Say the kind, or leave these out.
hide contains given.name if {
	some given in input.granted
	given.class == input.parameters.class
	object.get(input.app, "vendor", "") == ""
}
