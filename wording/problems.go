package wording

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/terminal"
)

// EachProblem calls back for the problems of a report, one after the other.
type EachProblem func(each func(bundle.Problem) error) error

// ProblemsCSV writes all problems of a report as CSV, a line each.
func ProblemsCSV(out io.Writer, r *intake.Report, all EachProblem) error {
	roots := map[int]string{}
	for _, c := range r.Causes {
		roots[c.Number] = where(c.Problem) + ": " + c.Problem.Problem
	}
	w := csv.NewWriter(out)
	_ = w.Write([]string{"severity", "file", "line", "column", "problem", "remedy", "falls with", "like line"}) // Error below tells
	err := all(func(p bundle.Problem) error {
		line, root, other := "", "", ""
		if p.Line > 0 {
			line = strconv.Itoa(p.Line)
		}
		if p.Because > 0 {
			root = roots[p.Because]
		}
		if p.Other > 0 {
			other = strconv.Itoa(p.Other)
		}
		return w.Write([]string{string(p.Severity), audit.Cell(p.File), line, audit.Cell(p.Column), audit.Cell(p.Problem), audit.Cell(p.Remedy), audit.Cell(root), other})
	})
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

// where names the file and the column of a problem.
func where(p bundle.Problem) string { return strings.TrimSpace(p.File + " " + p.Column) }

// noProblems is where the problems of a report stand in its JSON, and nothing else: within
// a text quotation marks have a backslash before them.
const noProblems = `"problems": []`

// ReportJSON writes a report, or what holds it, as indented JSON. Its list of problems
// must be empty in the value: all of them are written in its place, as they come.
func ReportJSON(out io.Writer, value any, all EachProblem) error {
	var whole bytes.Buffer
	if err := terminal.JSON(&whole, value); err != nil {
		return err
	}
	before, after, found := strings.Cut(whole.String(), noProblems)
	w := &terminal.Lines{Out: out}
	if !found {
		w.WriteText(whole.String())
		return w.Err
	}
	indent := before[strings.LastIndex(before, "\n")+1:]
	w.WriteText(before + strings.TrimSuffix(noProblems, "]"))
	behind := ""
	err := all(func(p bundle.Problem) error {
		text, err := json.MarshalIndent(p, indent+"  ", "  ")
		if err != nil {
			return fmt.Errorf("write a problem as JSON: %w", err)
		}
		w.WriteText(behind + "\n" + indent + "  " + string(text))
		behind = ","
		return w.Err
	})
	if err != nil {
		return err
	}
	if behind != "" {
		w.WriteText("\n" + indent)
	}
	w.WriteText("]" + after)
	return w.Err
}

// WithoutProblems is a report whose list of problems is empty, for ReportJSON.
func WithoutProblems(r *intake.Report) *intake.Report {
	if r == nil {
		return nil
	}
	bare := *r
	bare.Problems = []bundle.Problem{}
	return &bare
}

// causes writes what is wrong with a package as a tree: each cause with so many of its
// lines at most, and below it what falls with it. It returns how many lines it told.
func causes(w *terminal.Lines, r *intake.Report, most int) (told int) {
	for _, c := range r.Roots() {
		w.Writef("  %s %s: %s (%d). %s\n", c.Severity, where(c.Problem), c.Problem.Problem, c.Count, c.Remedy)
		if lines, more := Lines(r, c, most); len(lines) > 0 {
			told += len(lines)
			w.Writef("    %s\n", listed(lines, more))
		}
		for _, line := range Falls(c) {
			w.Writef("    %s\n", line)
		}
	}
	return told
}

// listed names lines, and counts those that are not named.
func listed(lines []string, more int) string {
	noun := "lines "
	if len(lines)+more == 1 {
		noun = "line "
	}
	if more > 0 {
		return fmt.Sprintf("%s%s and %s", noun, strings.Join(lines, ", "), plural.Of(more, "more", "more"))
	}
	return noun + strings.Join(lines, ", ")
}

// Lines names the first lines that a cause was found in, so many at most, each with that
// of the earlier row that it is about, too. More is how many lines there are besides.
func Lines(r *intake.Report, c bundle.Cause, most int) (named []string, more int) {
	for _, p := range r.Problems {
		if p.Line == 0 || p.File != c.File || p.Column != c.Column || p.Problem != c.Problem.Problem || p.Severity != c.Severity || p.Because != c.Because {
			continue
		}
		if len(named) == most {
			break
		}
		line := strconv.Itoa(p.Line)
		if p.Other > 0 {
			line += " (like " + strconv.Itoa(p.Other) + ")"
		}
		named = append(named, line)
	}
	if len(named) > 0 {
		more = c.Count - len(named)
	}
	return named, more
}

// Falls says in sentences what falls with a cause, of each file.
func Falls(c bundle.Cause) []string {
	var told []string
	for _, one := range []struct {
		of              func(bundle.Fall) int
		noun, nouns     string
		falls, manyFall string
	}{
		{func(f bundle.Fall) int { return f.Refused }, "row", "rows", "falls with it", "fall with it"},
		{func(f bundle.Fall) int { return f.Removed }, "row", "rows", "goes with it", "go with it"},
		{func(f bundle.Fall) int { return f.Gone }, "stored record", "stored records", "goes with it", "go with it"},
		{func(f bundle.Fall) int { return f.Freed }, "stored record", "stored records", "stays without it", "stay without it"},
		{func(f bundle.Fall) int { return f.Dropped }, "value", "values", "that refers to it is left out", "that refer to it are left out"},
	} {
		sum := 0
		var files []string
		for _, f := range c.Falls {
			if n := one.of(f); n > 0 {
				sum += n
				files = append(files, plural.Of(n, "of "+f.File, "of "+f.File))
			}
		}
		verb := one.manyFall
		if sum == 1 {
			verb = one.falls
		}
		if sum > 0 {
			told = append(told, fmt.Sprintf("%s %s: %s", plural.Of(sum, one.noun, one.nouns), verb, strings.Join(files, ", ")))
		}
	}
	return told
}

// leftOut says how many lines with a problem a text leaves out that told so many, and
// nothing where it told all.
func leftOut(r *intake.Report, told int) string {
	whole := map[bundle.Problem]bool{} // of files
	for _, p := range r.Problems {
		if p.Line == 0 {
			whole[p] = true
		}
	}
	all := 0
	for _, c := range r.Causes {
		if !whole[c.Problem] {
			all += c.Count
		}
	}
	switch all - told {
	case 0:
		return ""
	case 1:
		return plural.Of(1, "line", "lines") + " with a problem is left out"
	}
	return plural.Of(all-told, "line", "lines") + " with a problem are left out"
}
