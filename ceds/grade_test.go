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
		"3rd": "03", "3rd grade": "03", "Grade 3": "03", "GRADE 03": "03", "Gr. 3": "03", "third grade": "03", "12th": "12", "3.0": "03",
		"Sophomore": "10", "Grade K": "KG", "Kinder": "KG", "PK4": "PK", "Pre-K 4": "PK", "Preschool": "PR", "13th": "13",
		"K-5": "K-5", "grade": "grade", "third": "03", "3 4": "3 4", "1-2": "1-2", "1.2": "1.2", "1 - 2": "1 - 2", "-3": "-3", "3/4": "3/4",
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
