package checks

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/words"
)

// Known is what the checks of later rows need to know of earlier ones: a few
// columns by id, never more than some bytes a record. A record that will not be there
// is unknown, and nothing is held against it.
type Known struct {
	Codes ceds.Tables
	words map[fact]*words.Column
	ones  map[fact][]uint32
	spans map[fact][]span
	texts map[fact][]string
	roots int   // orgs without a parent, so far
	ties  []tie // of the entity at hand; sorted when all are there
}

// fact is a column that is kept: an entity's plural and a field's name.
type fact string

const (
	sessionType  fact = "academicSessions.type"
	sessionStart fact = "academicSessions.startDate"
	sessionEnd   fact = "academicSessions.endDate"
	orgType      fact = "orgs.type"
	courseTitle  fact = "courses.title"
	courseOrg    fact = "courses.org"
	courseYear   fact = "courses.schoolYear"
	classSchool  fact = "classes.school"
	classTerms   fact = "classes.terms"
	userRole     fact = "users.role"
	profileUser  fact = "userProfiles.user"
)

func facts() []fact {
	return []fact{sessionType, sessionStart, sessionEnd, orgType, courseTitle, courseOrg, courseYear, classSchool, classTerms, userRole, profileUser}
}

// field is what the fact is about, if it is about e.
func (f fact) field(e catalog.Entity) (catalog.Field, bool) {
	name, about := strings.CutPrefix(string(f), e.Plural+".")
	if !about {
		return catalog.Field{}, false
	}
	return e.Field(name)
}

// tie is a reference between two records of one entity, and the row it is in.
type tie struct{ from, to, line uint32 }

func NewKnown(codes ceds.Tables) *Known {
	return &Known{Codes: codes, words: map[fact]*words.Column{}, ones: map[fact][]uint32{}, spans: map[fact][]span{}, texts: map[fact][]string{}}
}

// expect makes room for the facts about the records of e, whose ids are less
// than size.
func (k *Known) expect(e catalog.Entity, size int) {
	k.ties = nil
	for _, f := range facts() {
		field, about := f.field(e)
		switch {
		case !about:
		case field.Kind == catalog.References:
			k.spans[f] = make([]span, size)
		case field.Kind.Refers():
			k.ones[f] = make([]uint32, size)
		case field.Kind == catalog.Text:
			k.texts[f] = make([]string, size)
		default:
			k.words[f] = words.New(size)
		}
	}
}

// keep notes a fact about a record.
func (k *Known) keep(f fact, id uint32, cell string) {
	if one, ok := k.ones[f]; ok {
		one[id] = codec.ID(cell)
		return
	}
	if spans, ok := k.spans[f]; ok {
		spans[id] = k.span(cell)
		return
	}
	if texts, ok := k.texts[f]; ok {
		texts[id] = strings.Clone(cell)
		return
	}
	k.words[f].Set(id, cell)
}

// word is what a fact says of a record, "" where that is unknown.
func (k *Known) word(f fact, id uint32) string {
	column, ok := k.words[f]
	if !ok {
		return ""
	}
	return column.Of(id)
}

// otherThan reports whether the fact is known and not the one expected.
func (k *Known) otherThan(expected string, f fact, reference string) bool {
	word := k.word(f, codec.ID(reference))
	return word != "" && word != expected
}

// elsewhere reports whether the record that a cell refers to is known to refer
// to another one than expected.
func (k *Known) elsewhere(f fact, reference, expected string) bool {
	one, id := k.ones[f], codec.ID(reference)
	return int(id) < len(one) && one[id] > 0 && one[id] != codec.ID(expected)
}

// before reports whether the fact about a, a date, is known to be before that
// about b.
func (k *Known) before(f fact, a, b uint32) bool {
	first, second := k.word(f, a), k.word(f, b)
	return first != "" && first < second
}

// span is a time from a day to another. Days are numbers, as in 20260831; those
// of the zero span are not known.
type span struct{ from, to uint32 }

// span is the time from the first day of some sessions to the day behind the last,
// for whether a session's end is still within it is told in both ways.
func (k *Known) span(sessions string) span {
	var all span
	for _, id := range codec.IDs(sessions) {
		start, end := k.word(sessionStart, id), k.word(sessionEnd, id)
		if start == "" || end == "" {
			return span{}
		}
		if from := day(start); all.from == 0 || from < all.from {
			all.from = from
		}
		all.to = max(all.to, day(behind(end)))
	}
	return all
}

// behind is the day behind a date.
func behind(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// outside reports whether a date is known not to be within the terms of a class.
func (k *Known) outside(class, date string) bool {
	spans, id := k.spans[classTerms], codec.ID(class)
	if date == "" || int(id) >= len(spans) || spans[id].to == 0 {
		return false
	}
	return day(date) < spans[id].from || day(date) > spans[id].to
}

// tied reports whether a record of the entity at hand refers to another.
func (k *Known) tied(from, to uint32) bool {
	_, found := slices.BinarySearchFunc(k.ties, tie{from: from, to: to}, compareTies)
	return found
}

func compareTies(a, b tie) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

// tenure is a time in which a user is the primary teacher of a class. Dates are
// numbers, as in 20260831.
type tenure struct{ class, user, from, to, line uint32 }

// tenures are those of a file of enrollments; of other files there are none.
type tenures struct {
	at       []int // the cells of class, user, role, primary, beginDate and endDate
	column   string
	gathered []tenure
}

func newTenures(e catalog.Entity) *tenures {
	if e.Plural != "enrollments" {
		return &tenures{}
	}
	primary, _ := e.Field("primary")
	return &tenures{at: roster.Places(e, "class", "user", "role", "primary", "beginDate", "endDate"), column: primary.Header()}
}

func (t *tenures) row(line int, built []string) {
	if t.at == nil || built[t.at[2]] != catalog.Teacher || built[t.at[3]] != "true" {
		return
	}
	n := tenure{class: codec.ID(built[t.at[0]]), user: codec.ID(built[t.at[1]]), from: day(built[t.at[4]]), to: day(built[t.at[5]]), line: uint32(line)}
	if n.to == 0 {
		n.to = math.MaxUint32
	}
	t.gathered = append(t.gathered, n)
}

func day(date string) uint32 { return codec.ID(strings.ReplaceAll(date, "-", "")) }

// overlaps are the lines of those who become a class's primary teacher while
// another user is, or of the other where that is the one whom the file has a row of. On
// the day of a handover there may be two.
func (t *tenures) overlaps() []int {
	slices.SortFunc(t.gathered, func(a, b tenure) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.from, b.from), cmp.Compare(a.line, b.line))
	})
	var lines []int
	var longest tenure
	for _, n := range t.gathered {
		if n.class == longest.class && n.user != longest.user && n.from < longest.to {
			if line := cmp.Or(n.line, longest.line); line > 0 {
				lines = append(lines, int(line))
			}
		}
		if n.class != longest.class || n.to > longest.to {
			longest = n
		}
	}
	return lines
}
