package ceds

import "strings"

// Grade is the CEDS code of the grade level that is meant by what a roster or a person
// wrote: "3" is "03", "K" and "kg" are "KG". What means no code for certain is itself: "0"
// and "-1" among them, which one system takes for kindergarten and another does not.
func Grade(written string) string {
	switch capitals := strings.ToUpper(strings.TrimSpace(written)); capitals {
	case "1", "2", "3", "4", "5", "6", "7", "8", "9":
		return "0" + capitals
	case "K", "KINDERGARTEN":
		return "KG"
	case "PREK", "PRE-K", "PREKINDERGARTEN", "PRE-KINDERGARTEN":
		return "PK"
	case "IT", "PR", "PK", "TK", "KG", "PS", "AE", "UG":
		return capitals
	}
	return written
}
