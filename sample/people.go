package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// name is a name and what is left of it in usernames: its letters a to z.
type name struct{ text, plain string }

func names(list string) []name {
	var all []name
	for text := range strings.SplitSeq(list, ",") {
		all = append(all, name{text, plain(text)})
	}
	return all
}

// plain spells a Latin name without marks, and any other as nothing.
func plain(text string) string {
	spelled := strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ß", "ss", "æ", "ae", "ı", "i").Replace(strings.ToLower(text))
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, norm.NFD.String(spelled))
}

// person is what all files agree on about somebody.
type person struct {
	given, family name
	middle        string
	sex           string
	culture       culture
}

// stem is how the person's usernames begin: an initial and the family name, as
// far as they are spelled with Latin letters.
func (p person) stem(separator string) string {
	if p.given.plain == "" || p.family.plain == "" {
		return "x" + separator + "user"
	}
	return p.given.plain[:1] + separator + p.family.plain
}

const english = "eng"

// home is what the members of a family share.
type home struct {
	culture  culture
	surname  name
	language string // ISO 639-2
	meals    string // eligibility for school food, empty where nobody applied
	migrant  bool
}

func (l *layout) home(fam family) home {
	r := l.chance(ofFamily, fam.number)
	h := home{culture: l.culture(r)}
	h.surname = pick(r, h.culture.family...)
	h.language = h.culture.language
	if percent(r, 25) {
		h.language = english
	}
	h.migrant = h.language != english && percent(r, 8)
	h.meals = mostly(r, pick(r, "Free", "Free", "Free", "ReducedPrice", "FullPrice", "FullPrice", "FullPrice", "FullPrice"), 4)
	return h
}

// culture draws one by weight.
func (l *layout) culture(r *rand.Rand) culture {
	at := r.IntN(l.odds)
	for _, c := range l.cultures {
		if at -= c.weight; at < 0 {
			return c
		}
	}
	return l.cultures[0]
}

// student is a student of a home. Commas stand in some family names and
// quotation marks in some given names of every district.
func (l *layout) student(number int, h home) person {
	r := l.chance(ofStudent, number)
	p := h.culture.person(r)
	p.family = h.surname
	switch number % 45 {
	case 11:
		p.family.text += pick(r, ", II", ", III")
	case 30:
		p.given.text = fmt.Sprintf("%s %q", p.given.text, pick(r, "Mo", "Ace", "Bee", "Junior"))
	}
	return p
}

// guardian is a guardian of a home: mostly, but not always, of its name.
func (l *layout) guardian(number int, h home) person {
	r := l.chance(ofGuardian, number)
	p := h.culture.person(r)
	if percent(r, 80) {
		p.family = h.surname
	}
	return p
}

// adult is a member of staff.
func (l *layout) adult(number int) person {
	r := l.chance(ofStaff, number)
	return l.culture(r).person(r)
}

// person draws somebody of the culture.
func (c culture) person(r *rand.Rand) person {
	p := person{sex: pick(r, "female", "male"), culture: c, family: pick(r, c.family...)}
	given := c.female
	if p.sex == "male" {
		given = c.male
	}
	p.given = pick(r, given...)
	if middle := pick(r, given...); middle != p.given {
		p.middle = mostly(r, middle.text, 35)
	}
	return p
}
