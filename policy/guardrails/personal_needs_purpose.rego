package rostergate.guardrail

# METADATA
# title: Personal fields need a purpose
# description: The permissions do not say what the app uses the data for. Enter the purpose, or leave these out.
hide contains given.name if {
	some given in input.granted
	given.class in {"personal", "special"}
	object.get(input, "purpose", "") == ""
}
