package credentials

import (
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
)

// LongestOverlap is how long a credential may work beside the one that follows it.
const LongestOverlap = 30 * day

const day = 24 * time.Hour

// ReadOverlap reads how long a credential works beside the one that follows it: 90m, 24h or
// 7d, and 0 for no overlap. What is none, or will not do, is a fault.Invalid.
func ReadOverlap(text string) (time.Duration, error) {
	overlap, err := time.ParseDuration(text)
	if count, inDays := strings.CutSuffix(text, "d"); inDays {
		var days int
		days, err = strconv.Atoi(count)
		overlap = time.Duration(max(min(days, 1000), -1000)) * day
	}
	if err != nil {
		return 0, fault.New(fault.Invalid, "%q is no length of time: write 90m, 24h or 7d, up to 30d, or 0 for no overlap", likeness.Echo(text))
	}
	return overlap, CheckOverlap(overlap)
}

// CheckOverlap refuses an overlap that is negative or too long, as a fault.Invalid.
func CheckOverlap(overlap time.Duration) error {
	switch {
	case overlap < 0:
		return fault.New(fault.Invalid, "an overlap cannot be negative: write 0 for none, or a time such as 24h")
	case overlap > LongestOverlap:
		return fault.New(fault.Invalid, "an overlap is 30 days at the most: write 30d, or less")
	}
	return nil
}
