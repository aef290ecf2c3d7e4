package people

import (
	_ "embed" // for the list of time zones
	"strings"
)

//go:embed zones.txt
var zonesFile string

// TimeZones are the time zones that a district can choose, sorted, as in the IANA
// database: one for each region whose clocks agreed since 1970, and UTC.
func TimeZones() []string { return strings.Fields(zonesFile) }
