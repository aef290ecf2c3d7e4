package roster_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// harm does to a row of a file, at one of its cells, what exporters, spreadsheets and
// people do.
type harm struct {
	name string
	do   func(rows []string, row, cell int) []string
}

// toCell changes a cell of a row.
func toCell(name string, change func(cell string, row []string) string) harm {
	return harm{name, func(rows []string, row, cell int) []string {
		cells := strings.Split(rows[row], ",")
		at := cell % len(cells)
		cells[at] = change(cells[at], cells)
		return slices.Concat(rows[:row], []string{strings.Join(cells, ",")}, rows[row+1:])
	}}
}

// becomes gives a cell a value.
func becomes(name, value string) harm {
	return toCell(name, func(string, []string) string { return value })
}

// beside changes a row into several lines.
func beside(name string, change func(row string) []string) harm {
	return harm{name, func(rows []string, row, _ int) []string {
		return slices.Concat(rows[:row], change(rows[row]), rows[row+1:])
	}}
}

func saying(word string) func(string) []string {
	return func(row string) []string {
		cells := strings.Split(row, ",")
		cells[min(1, len(cells)-1)] = word
		return []string{strings.Join(cells, ",")}
	}
}

func harms() []harm {
	return []harm{
		becomes("blank", ""),
		becomes("a word", "pupil"),
		becomes("null", "NULL"),
		becomes("not available", "n/a"),
		becomes("an error of a spreadsheet", "#N/A"),
		becomes("a range of years", "2025-26"),
		becomes("a date with a time", "2025-08-18T00:00:00.000Z"),
		becomes("a date of two readings", "3/4/2025"),
		becomes("a shortened number", "1.23E+05"),
		becomes("a word of 1.2", "systemAdministrator"),
		becomes("a letter", "F"),
		becomes("a grade", "Kindergarten"),
		becomes("a control character", "a\x01b"),
		becomes("lost letters", "Ren\ufffd"),
		toCell("another case", func(c string, _ []string) string { return strings.ToUpper(c) }),
		toCell("zeros", func(c string, _ []string) string { return "00" + c }),
		toCell("blanks", func(c string, _ []string) string { return "  " + c + "\u00a0" }),
		toCell("its own id", func(_ string, row []string) string { return strings.Clone(row[0]) }),
		toCell("a list with semicolons", func(c string, _ []string) string {
			return `"` + strings.Trim(c, `"`) + ";" + strings.Trim(c, `"`) + `"`
		}),
		toCell("open", func(c string, _ []string) string { return `"` + c }),
		toCell("closed", func(c string, _ []string) string { return c + `"` }),
		toCell("quoted within", func(c string, _ []string) string { return c + ` "x" y` }),
		toCell("a backslash", func(c string, _ []string) string { return `"` + strings.Trim(c, `"`) + ` \"x\""` }),
		toCell("blanks outside", func(c string, _ []string) string { return ` "` + strings.Trim(c, `"`) + `" ` }),
		toCell("of two lines", func(c string, _ []string) string { return `"` + strings.Trim(c, `"`) + "\nx\"" }),
		beside("marked", saying("tobedeleted")),
		beside("withdrawn", saying("Withdrawn")),
		beside("enrolled", saying("enrolled")),
		beside("of no known status", saying("on leave")),
		beside("short", func(r string) []string { return []string{r[:strings.LastIndex(r, ",")+1]} }),
		beside("without its empty end", func(r string) []string { return []string{strings.TrimRight(r, ",")} }),
		beside("long", func(r string) []string { return []string{r + ",more"} }),
		beside("long and empty", func(r string) []string { return []string{r + ",,,"} }),
		beside("twice", func(r string) []string { return []string{r, r} }),
		beside("gone", func(string) []string { return nil }),
		beside("and commas", func(r string) []string { return []string{r, strings.Repeat(",", strings.Count(r, ","))} }),
		beside("and blanks", func(r string) []string { return []string{r, "   "} }),
		beside("and a count", func(r string) []string { return []string{r, "(4 rows affected)"} }),
		beside("and a mark", func(r string) []string { return []string{r, "\x1a"} }),
		{"twice and otherwise", func(rows []string, row, cell int) []string {
			return append(becomes("", "other").do(rows, row, max(cell, 1)), rows[row])
		}},
		{"twice with another list", func(rows []string, row, cell int) []string {
			return append(becomes("", `"elm,oak"`).do(rows, row, max(cell, 1)), rows[row])
		}},
		{"first", func(rows []string, row, _ int) []string {
			return slices.Concat(rows[row:row+1], rows[:row], rows[row+1:])
		}},
		{"with the cell of another", func(rows []string, row, cell int) []string {
			others := strings.Split(rows[(row+1)%len(rows)], ",")
			return becomes("", others[cell%len(others)]).do(rows, row, cell)
		}},
	}
}

// writings are ways in which whole packages are written.
func writings() map[string]func(p parcel, file string) {
	each := func(p parcel, change func(text string) string) {
		for name := range p {
			p[name] = change(p[name])
		}
	}
	return map[string]func(p parcel, file string){
		"as they should be":   func(parcel, string) {},
		"with marks of UTF-8": func(p parcel, _ string) { each(p, func(text string) string { return "\ufeff" + text }) },
		"with returns": func(p parcel, _ string) {
			each(p, func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") })
		},
		"without a last line feed": func(p parcel, _ string) { each(p, func(text string) string { return strings.TrimRight(text, "\n") }) },
		"with the separator":       func(p parcel, file string) { p[file] = "sep=,\n" + p[file] },
		"with the end marked":      func(p parcel, file string) { p[file] += "\x1a\x00" },
		"with the header twice": func(p parcel, file string) {
			header, _, _ := strings.Cut(p[file], "\n")
			p[file] += header + "\n"
		},
		"with headers in another case": func(p parcel, file string) {
			header, rows, _ := strings.Cut(p[file], "\n")
			p[file] = strings.ToUpper(header) + "\n" + rows
		},
		"with a column more": func(p parcel, file string) {
			header, rows, _ := strings.Cut(p[file], "\n")
			p[file] = header + ",homeroom\n" + rows
		},
		"in lower case": func(p parcel, file string) {
			if lower := strings.ToLower(file); lower != file {
				p[lower] = p[file]
				delete(p, file)
			}
		},
	}
}

// dataFiles are the files of the base package, in the order of the catalog.
func dataFiles() []string {
	return []string{"academicSessions.csv", "orgs.csv", "courses.csv", "classes.csv", "users.csv", "enrollments.csv", "demographics.csv"}
}

// damage harms some rows of a package, which stay so in nights that follow.
func damage(rt *rapid.T, p parcel, night string) {
	for n := range rapid.IntRange(0, 4).Draw(rt, night+"damages") {
		label := fmt.Sprint(night, "damage ", n, " ")
		file := rapid.SampledFrom(dataFiles()).Draw(rt, label+"file")
		all := strings.Split(strings.TrimSuffix(p[file], "\n"), "\n")
		if len(all) < 2 {
			continue
		}
		row := rapid.IntRange(0, len(all)-2).Draw(rt, label+"row")
		one := harms()[rapid.IntRange(0, len(harms())-1).Draw(rt, label+"harm")]
		rows := one.do(all[1:], row, rapid.IntRange(0, 15).Draw(rt, label+"cell"))
		p[file] = strings.Join(append([]string{all[0]}, rows...), "\n") + "\n"
	}
}

// Whatever is wrong with a package: each row is counted once, each that is refused or goes
// has its line, no record is lost without a word, and what waits says so.
func everyRowIsAccountedFor(t *testing.T, rt *rapid.T, s dbtest.Store) {
	reset(t, s.DB)
	r := rostertest.Open(s.DB, s.Ledger, time.Now)
	p := base(t)
	for n := range rapid.IntRange(1, 3).Draw(rt, "nights") {
		night := fmt.Sprint("night ", n, " ")
		damage(rt, p, night)
		sent := maps.Clone(p)
		writings()[rapid.SampledFrom(slices.Sorted(maps.Keys(writings()))).Draw(rt, night+"writing")](sent, rapid.SampledFrom(dataFiles()).Draw(rt, night+"written file"))
		place := sent.Folder(t)
		a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}, place)
		if err := os.RemoveAll(place); err != nil {
			t.Fatal(err)
		}
		if a.Verdict == intake.Rejected {
			if !a.Report.Has(bundle.Fatal) {
				rt.Errorf("it is refused without a reason: %+v", a.Report)
			}
			return
		}
		sums(rt, a.Report)
		accounted(rt, r, a)
		nobodyIsLost(t, rt, s, p, r, a)
	}
}

// nobodyIsLost wants each sourcedId that a row begins with to be in the roster, or a line
// of the report to say what became of the row. Files with quotation marks of one cell on
// several lines are left out: what is a row of them is for the reader to say.
func nobodyIsLost(t *testing.T, rt *rapid.T, s dbtest.Store, p parcel, r *rostertest.Rooms, a intake.Attempt) {
	lost := map[string]bool{}
	all, _ := problemsOf(rt, r, a)
	for _, problem := range all {
		lost[fmt.Sprint(problem.File, " ", problem.Line)] = true
	}
	is := take(t, s.DB)
	for _, c := range a.Report.Files {
		file := c.Entity + ".csv"
		if strings.Count(p[file], `"`)%2 == 1 || strings.Contains(p[file], "\nx\"") || strings.Contains(p[file], "\x1a") {
			continue
		}
		for i, row := range strings.Split(strings.TrimSuffix(p[file], "\n"), "\n")[1:] {
			cells, err := csv.NewReader(strings.NewReader(row)).Read()
			if err != nil || len(cells) == 0 {
				continue // a row of loose quotation marks, which the reader's own tests are about
			}
			id := strings.TrimSpace(cells[0])
			told := lost[fmt.Sprint(file, " ", i+2)] || lost[fmt.Sprint(file, " ", i+3)] // behind sep=
			if !told && status(is, c.Entity, id) != "active" {
				rt.Errorf("line %d of %s is of no record, and nothing says so:\n%s", i+2, file, p[file])
			}
		}
	}
}

func TestEveryRowOfADamagedPackageIsAccountedFor(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	rapid.Check(t, func(rt *rapid.T) { everyRowIsAccountedFor(t, rt, s) })
}

// FuzzPackage is that test, with what the fuzzer draws.
func FuzzPackage(f *testing.F) {
	s := dbtest.New(f, database.SQLite)
	for i := range byte(8) {
		f.Add(bytes.Repeat([]byte{i, 3 * i, 0, 0, 0, 0, 0, 0}, 40))
	}
	f.Fuzz(func(t *testing.T, drawn []byte) {
		rapid.MakeFuzz(func(rt *rapid.T) { everyRowIsAccountedFor(t, rt, s) })(t, drawn)
	})
}

// sums wants the counts of a report to add up, and what is stored to wait for nobody.
func sums(t rapid.TB, r *intake.Report) {
	if r.Verdict != intake.Stored && r.Verdict != intake.Unchanged || len(r.Holds) > 0 {
		t.Errorf("accepted, it is %s and waits for %q", r.Verdict, r.Holds)
	}
	for _, c := range r.Files {
		if c.Rows != c.New+c.Changed+c.Unchanged+c.Joined+c.Ignored+c.Deleted+c.Refused || c.NeverStored > c.Deleted {
			t.Errorf("the counts do not add up: %+v", c)
		}
		if _, known := catalog.Find(c.Entity); !known {
			t.Errorf("counts of %q", c.Entity)
		}
	}
}
