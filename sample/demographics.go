package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// Two flags of demographics follow from the others.
const (
	twoOrMore = "demographicRaceTwoOrMoreRaces"
	hispanic  = "hispanicOrLatinoEthnicity"
)

// demographics writes what is known of every student, and of nobody else.
func (l *layout) demographics(t *table) error {
	entity, _ := catalog.Find("demographics")
	var flags []string
	for _, f := range entity.Columns(catalog.V11) {
		if f.Kind == catalog.Boolean {
			flags = append(flags, f.Name)
		}
	}
	for n := range l.Students {
		if err := l.studentFacts(t, n, flags); err != nil {
			return err
		}
	}
	return nil
}

func (l *layout) studentFacts(t *table, n int, flags []string) error {
	at, h := l.seat(n), l.home(l.families.of(n))
	p, r := l.student(n, h), l.chance(ofDemographics, n)
	pairs := []string{
		"sourcedId", studentID(n), "birthDate", mostly(r, at.cohort.grade.birth(r), 1), "sex", mostly(r, p.sex, 1),
		"publicSchoolResidenceStatus", mostly(r, pick(r, "01652", "01652", "01652", "01653", "01654"), 10),
		"metadata.homeLanguage", mostly(r, h.language, 3), "metadata.migrantStatus", mostly(r, yes(h.migrant), 5),
		"metadata.englishLearnerStatus", mostly(r, yes(h.language != english && percent(r, 45)), 4),
		"metadata.titleI", mostly(r, yes(at.school.number%3 == 0), 3),
		"metadata.transportationRoute", mostly(r, fmt.Sprintf("R-%03d", 1+r.IntN(40)), 35),
	}
	pairs = append(pairs, birthplace(r, h.culture)...)
	pairs = append(pairs, race(r, h.culture, flags)...)
	pairs = append(pairs, meals(h)...)
	return t.row(append(pairs, l.support(r)...)...)
}

// birth is a day on which a child of the grade may be born: five years old at the
// start of kindergarten, a year older where a grade was repeated.
func (g grade) birth(r *rand.Rand) string {
	first := date(endYear-7-int(g), 9, 2)
	if percent(r, 3) {
		first = first.AddDate(-1, 0, 0)
	}
	return first.AddDate(0, 0, r.IntN(365)).Format(time.DateOnly)
}

func birthplace(r *rand.Rand, c culture) []string {
	if c.country != "US" && percent(r, 12) {
		return []string{"countryOfBirthCode", c.country}
	}
	place := pick(r, [2]string{"NM", "Española"}, [2]string{"NM", "Truth or Consequences"}, [2]string{"AZ", "Chinle"},
		[2]string{"TX", "El Paso"}, [2]string{"NC", "Winston-Salem"}, [2]string{"ID", "Coeur d'Alene"}, [2]string{"HI", "Hāna"})
	return []string{
		"countryOfBirthCode", mostly(r, "US", 5), "stateOfBirthAbbreviation", mostly(r, place[0], 10),
		"cityOfBirth", mostly(r, place[1], 20),
	}
}

// race says of every flag whether it holds, or of none where the family did not
// say. Some children are of two.
func race(r *rand.Rand, c culture, flags []string) []string {
	if percent(r, 4) {
		return nil
	}
	var held []string
	if c.race != "" {
		held = append(held, c.race)
		if other := pick(r, native, asian, black, islander, white); other != c.race && percent(r, 9) {
			held = append(held, other, twoOrMore)
		}
	}
	if c.hispanic {
		held = append(held, hispanic)
	}
	pairs := []string{"metadata.otherRaceIndicator", mostly(r, yes(c.race == ""), 5)}
	for _, f := range flags {
		pairs = append(pairs, f, truth(slices.Contains(held, f)))
	}
	return pairs
}

// meals: who eats free or at a reduced price is economically disadvantaged.
func meals(h home) []string {
	if h.meals == "" {
		return nil
	}
	return []string{
		"metadata.eligibilityStatusForSchoolFoodServicePrograms", h.meals,
		"metadata.economicDisadvantageStatus", yes(h.meals != "FullPrice"),
	}
}

// support: a disability has a type; most children who have one have an education
// plan under IDEA, of the others some one under Section 504.
func (l *layout) support(r *rand.Rand) []string {
	if percent(r, 4) {
		return nil
	}
	disabled := percent(r, 15)
	idea := disabled && percent(r, 85)
	pairs := []string{
		"metadata.disabilityStatus", yes(disabled), "metadata.ideaIndicator", yes(idea), "metadata.iepStatus", yes(idea),
		"metadata.section504Status", mostly(r, yes(disabled && !idea && percent(r, 70)), 3),
	}
	if disabled {
		pairs = append(pairs, "metadata.primaryDisabilityType", mostly(r, l.disability(r), 8))
	}
	return pairs
}

// disability draws one of CEDS's types, the frequent ones more often.
func (l *layout) disability(r *rand.Rand) string {
	if percent(r, 80) {
		return pick(r, "SLD", "SLD", "SLD", "SLI", "SLI", "OHI", "OHI", "AUT")
	}
	codes, _ := l.codes.Codes("primaryDisabilityType")
	return pick(r, codes...).Value
}

// yes is a flag of CEDS.
func yes(is bool) string {
	if is {
		return "Yes"
	}
	return "No"
}
