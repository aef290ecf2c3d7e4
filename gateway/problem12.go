package gateway

import "strings"

// statusInfo12 is imsx_StatusInfo of OneRoster 1.2, which stands alone in the body of a refusal,
// and never beside data.
type statusInfo12 struct {
	CodeMajor   string      `json:"imsx_codeMajor"`
	Severity    string      `json:"imsx_severity"`
	Description string      `json:"imsx_description"`
	CodeMinor   codeMinor12 `json:"imsx_CodeMinor"` // with this capital
}

type codeMinor12 struct {
	Fields []codeMinorField12 `json:"imsx_codeMinorField"`
}

type codeMinorField12 struct {
	Name  string `json:"imsx_codeMinorFieldName"`
	Value string `json:"imsx_codeMinorFieldValue"`
}

// info12 is the problem as 1.2 writes it.
func (p problem) info12() statusInfo12 {
	return statusInfo12{"failure", "error", p.description, codeMinor12{[]codeMinorField12{{"TargetEndSystem", minor12(p.minor)}}}}
}

// minor12 is the word of 1.2 for one of 1.1: most are the same without their blanks.
func minor12(minor string) string {
	switch minor {
	case unauthorized:
		return "unauthorisedrequest"
	case invalidBlankSelection:
		return invalidSelectionField
	}
	return strings.ReplaceAll(minor, " ", "")
}
