package plural

import "github.com/dustin/go-humanize"

// Of is a count with its noun, with commas in it: "1 app", "1,234 apps", "0 apps".
func Of(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return humanize.Comma(int64(n)) + " " + many
}
