package rostergate.app

# METADATA
# title: Amplify's documented use
# description: The vendor documents no use for it.
only contains need.name if some need in input.needs
