package rostergate.guardrail

# METADATA
# title: No key that nobody knows
# description: Nobody has said what this metadata key means, so nobody knows what it tells of a student. Leave it out.
hide contains given.name if {
	some given in input.granted
	given.bag == "metadata"
	given.class == "unclassified"
}
