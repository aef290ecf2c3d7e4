package rostergate.app

# METADATA
# title: Eduready360's documented use
# description: The vendor documents no use for it.
only contains need.name if some need in input.needs
