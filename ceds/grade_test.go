package ceds_test

import (
	"testing"

	"github.com/rostergate/rostergate/ceds"
)

func TestAGradeMeansTheSameHoweverItIsWritten(t *testing.T) {
	for written, want := range map[string]string{
		"3": "03", "03": "03", "9": "09", "10": "10", "12": "12",
		"K": "KG", "k": "KG", "KG": "KG", "kg": "KG", "Kindergarten": "KG",
		"PreK": "PK", "Pre-K": "PK", "pk": "PK", "TK": "TK", "ug": "UG", "Prenatal": "Prenatal", "Other": "Other",
		"0": "0", "00": "00", "-1": "-1", "": "", "33": "33", "ana@cedar.example": "ana@cedar.example", "30": "30",
	} {
		if got := ceds.Grade(written); got != want {
			t.Errorf("%q means %q; want %q", written, got, want)
		}
	}
}

func TestEveryCodeOfAGradeMeansItself(t *testing.T) {
	codes, _ := ceds.Load().Codes("gradeLevel")
	for _, code := range codes {
		if got := ceds.Grade(code.Value); got != code.Value {
			t.Errorf("the code %q means %q", code.Value, got)
		}
	}
}
