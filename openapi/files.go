package openapi

import "github.com/rostergate/rostergate/catalog"

// File is the name of a service's document beside the page.
func File(s catalog.Service) string {
	if s.Version == catalog.V11 {
		return "onerosterv1p1.json"
	}
	return "onerosterv1p2-" + s.Name + ".json"
}

// DiscoveryFolder is where OneRoster 1.2 wants a service's document, below its base.
const DiscoveryFolder = "/discovery/"

// Discovery are the names of a service's document in that folder, of which 1.1 has none: the
// one of the standard's binding, and the one of its conformance guide.
func Discovery(s catalog.Service) []string {
	if s.Version == catalog.V11 {
		return nil
	}
	binding := s.Name
	if s.Name == "rostering" {
		binding = "rosters"
	}
	return []string{
		"onerosterv1p2" + binding + "service_openapi3_v1p0.json",
		"imsorv1p2_" + s.Name + "_openapi3_v1p0.json",
	}
}
