package rego

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Report is how the tests of a document ended.
type Report struct {
	Tests    []Result   `json:"tests"`
	Coverage []Coverage `json:"coverage"` // of each file of rules
}

// Result is how one test ended.
type Result struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Row    int    `json:"row"`
	Passed bool   `json:"passed"`
	Says   string `json:"says,omitempty"` // why it did not
}

// Coverage is how much of a file the tests reach.
type Coverage struct {
	File    string `json:"file"`
	Lines   int    `json:"lines"`   // that could be reached
	Reached int    `json:"reached"` // of these
	Missed  []int  `json:"missed,omitempty"`
}

// Problem is why the tests do not vouch for the document, empty where they do: at least
// one ran, and each that ran passed.
func (r Report) Problem() string {
	failed := 0
	for _, test := range r.Tests {
		if !test.Passed {
			failed++
		}
	}
	switch {
	case len(r.Tests) == 0:
		return "no test ran: write at least one into a file whose name ends in _test.rego, as a rule whose name begins with test_"
	case failed > 0:
		return fmt.Sprintf("%d of %d tests failed", failed, len(r.Tests))
	}
	return ""
}

// CheckDocument compiles a document with its tests, whose package is the form's. What the
// author has to mend is of Problems.
func CheckDocument(files Source, terms Terms) error {
	if _, err := CompileDocument(files, terms); err != nil {
		return err
	}
	modules, err := parse(files, terms, func(string) bool { return true })
	if err != nil {
		return err
	}
	var found Problems
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		module := modules[file]
		// A test that could add to the rules would vouch for others than those that decide.
		if name := packageName(module); file != factsFile && !isRules(file) && name != terms.Form.TestPackage() {
			found = append(found, at(module.Package.Location, "the package is %s; that of the tests of %s is %s", name, terms.Form.Article, terms.Form.TestPackage()))
		}
	}
	if len(found) > 0 {
		return found
	}
	compiler, err := newCompiler(terms)
	if err != nil {
		return err
	}
	if compiler.Compile(modules); compiler.Failed() {
		return problemsOf(compiler.Errors)
	}
	return nil
}

// Test runs the tests among the files, under the terms of production, one after the other.
func Test(ctx context.Context, files Source, terms Terms, bounds Bounds) (Report, error) {
	modules, err := parse(files, terms, func(string) bool { return true })
	if err != nil {
		return Report{}, err
	}
	compiler, err := newCompiler(terms)
	if err != nil {
		return Report{}, err
	}
	ctx, meter, done := bounds.begin(ctx)
	defer done()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watch := &watch{meter: meter, reached: cover.New(), stop: stop}
	results, err := tester.NewRunner().SetCompiler(compiler).SetModules(modules).SetParallel(1).
		RaiseBuiltinErrors(true).SetCoverageQueryTracer(watch).RunTests(ctx, nil)
	if err != nil {
		return Report{}, problemsOf(err)
	}
	report := Report{Tests: []Result{}}
	for result := range results {
		report.Tests = append(report.Tests, resultOf(result))
	}
	switch {
	case meter.met() != nil:
		return Report{}, meter.met()
	case ctx.Err() != nil:
		return Report{}, fmt.Errorf("%w: %w", errTime, ctx.Err())
	}
	slices.SortFunc(report.Tests, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Name, b.Name))
	})
	report.Coverage = coverage(watch.reached.Report(modules), modules)
	return report, nil
}

// watch notes what is reached, and ends tests that take more than they may.
type watch struct {
	*meter
	reached *cover.Cover
	stop    context.CancelFunc
}

// TraceEvent is of topdown.QueryTracer.
func (w *watch) TraceEvent(event topdown.Event) {
	w.meter.TraceEvent(event)
	if w.met() != nil {
		w.stop()
		return
	}
	w.reached.TraceEvent(event)
}

func resultOf(r *tester.Result) Result {
	one := Result{Name: r.Name, File: r.Location.File, Row: r.Location.Row, Passed: r.Pass()}
	switch {
	case one.Passed:
	case r.Error != nil:
		one.Says = strings.Join(strings.Fields(r.Error.Error()), " ")
	case r.Skip:
		one.Says = "it is marked as still to be done"
	case r.FailedAt != nil && r.FailedAt.Location != nil:
		one.Says = fmt.Sprintf("it is not so at line %d: %s", r.FailedAt.Location.Row, r.FailedAt.Location.Text)
	default:
		one.Says = "it is not so"
	}
	return one
}

func coverage(found cover.Report, modules map[string]*ast.Module) []Coverage {
	all := []Coverage{}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		if file == factsFile || !isRules(file) || found.Files[file] == nil {
			continue
		}
		known := found.Files[file]
		one := Coverage{File: file, Reached: known.CoveredLines, Lines: known.CoveredLines + known.NotCoveredLines}
		for _, lines := range known.NotCovered {
			for row := lines.Start.Row; row <= lines.End.Row; row++ {
				one.Missed = append(one.Missed, row)
			}
		}
		slices.Sort(one.Missed)
		one.Missed = slices.Compact(one.Missed)
		all = append(all, one)
	}
	return all
}

// Ranges writes numbers of lines, in order, with the first and the last of each run:
// "3, 7-9".
func Ranges(rows []int) (text string) {
	for i := 0; i < len(rows); {
		last := i
		for last+1 < len(rows) && rows[last+1] == rows[last]+1 {
			last++
		}
		if text != "" {
			text += ", "
		}
		text += fmt.Sprint(rows[i])
		if last > i {
			text += fmt.Sprintf("-%d", rows[last])
		}
		i = last + 1
	}
	return text
}
