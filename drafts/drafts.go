package drafts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

// ErrSaid is a failure that the output explains already.
var ErrSaid = errors.New("the policy will not do")

// Draft is a policy that was read from a folder.
type Draft struct {
	Folder string
	Files  rego.Source
	wrong  rego.Problems // why the folder holds none

	guardrail bool // it is one, and no policy of an app
}

// ReadGuardrail is Read for a guardrail that the district wrote.
func ReadGuardrail(folder string) (Draft, error) {
	d, err := Read(folder)
	d.guardrail = true
	return d, err
}

// Read reads a folder. What is in it that belongs into no policy is told by Check and Test;
// the error is that of a folder that cannot be read.
func Read(folder string) (Draft, error) {
	files, err := rego.ReadFolder(folder)
	d := Draft{Folder: folder, Files: files}
	if errors.As(err, &d.wrong) {
		err = nil
	}
	return d, err
}

// Check compiles the draft. What is wrong with it is printed, as file:line:column: what,
// and the error is ErrSaid.
func (d Draft) Check(ctx context.Context, engine *policy.Engine, out io.Writer) error {
	if len(d.wrong) > 0 {
		return d.say(out, d.wrong)
	}
	if d.guardrail {
		return d.say(out, engine.CheckGuardrail(ctx, d.Files))
	}
	return d.say(out, engine.Check(ctx, d.Files))
}

// Test checks the draft and runs its tests. Those that failed are printed, as what Check
// finds, and the lines that no test reaches where wholly is set. Without a test that
// passed, and with one that failed, the error says so.
func (d Draft) Test(ctx context.Context, engine *policy.Engine, out io.Writer, wholly bool) error {
	report, err := d.tested(ctx, engine)
	if err != nil {
		return d.say(out, err)
	}
	problem := report.Problem()
	if wholly || problem != "" {
		w := &terminal.Lines{Out: out}
		wording.Trial(w, report)
		if w.Err != nil {
			return w.Err
		}
	}
	if problem != "" {
		return errors.New(problem)
	}
	return nil
}

// TestAsJSON is Test with an object for scripts: {tests, coverage, problems, problem}.
func (d Draft) TestAsJSON(ctx context.Context, engine *policy.Engine, out io.Writer) error {
	report, err := d.tested(ctx, engine)
	told := struct {
		rego.Report
		Problems rego.Problems `json:"problems"` // what has to be mended before a test can run
		Problem  string        `json:"problem"`  // why the policy cannot be saved, empty where it can
	}{Report: report, Problems: rego.Problems{}, Problem: report.Problem()}
	switch {
	case errors.As(err, &told.Problems):
		told.Tests, told.Coverage, told.Problem = []rego.Result{}, []rego.Coverage{}, told.Problems.Error()
	case err != nil:
		return err
	}
	if err := terminal.JSON(out, told); err != nil || told.Problem == "" {
		return err
	}
	return ErrSaid
}

func (d Draft) tested(ctx context.Context, engine *policy.Engine) (rego.Report, error) {
	if len(d.wrong) > 0 {
		return rego.Report{}, d.wrong
	}
	if d.guardrail {
		return engine.TestGuardrail(ctx, d.Files)
	}
	return engine.Test(ctx, d.Files)
}

// say prints problems; another error stays what it is.
func (d Draft) say(out io.Writer, err error) error {
	var wrong rego.Problems
	if !errors.As(err, &wrong) {
		return err
	}
	w := &terminal.Lines{Out: out}
	wording.Problems(w, d.Folder, wrong)
	return cmp.Or(w.Err, ErrSaid)
}

// Effect says line by line what an app would lose by a policy, or by none, and what it
// would get again that the policy before took away.
func Effect(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine, app string, files rego.Source) ([]string, error) {
	told, err := effect(ctx, gate, engine, app, gateway.Offer{Policy: &policy.Own{Files: files}})
	if err != nil {
		return nil, err
	}
	if len(told) == 0 {
		told = []string{"  nothing of what it gets now"}
	}
	return append(append([]string{"What will change for " + app + ":"}, told...), wording.NeverGives), nil
}

// GuardrailEffect says app by app what each would lose by a list of guardrails, and what it
// would get again that an earlier list took away.
func GuardrailEffect(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine, all []apps.App, rules []policy.Guardrail) ([]string, error) {
	var told []string
	for _, app := range all {
		lines, err := effect(ctx, gate, engine, app.ID, gateway.Offer{Guardrails: &rules})
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			told = append(append(told, "What will change for "+app.ID+":"), lines...)
		}
	}
	if len(told) == 0 {
		told = []string{"No app loses or gains anything of what it gets now."}
	}
	return told, nil
}

func effect(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine, app string, offer gateway.Offer) ([]string, error) {
	before, after, err := gate.Compare(ctx, app, gateway.Offer{}, offer)
	if err != nil {
		return nil, err
	}
	lost, again := wording.Losing(wording.Verdicts(before.Decision, engine.Reason), wording.Verdicts(after.Decision, engine.Reason))
	for _, e := range catalog.Tables(catalog.Both) {
		if _, _, inside := catalog.WholeOf(e.Plural); inside {
			continue
		}
		d := after.Beside(before, e.Plural)
		lost = append(lost, records("loses", d.Lost.GetCardinality(), e.Plural)...)
		again = append(again, records("again", d.Gained.GetCardinality(), e.Plural)...)
	}
	var told []string
	for _, code := range after.Decision.Reasons {
		told = append(told, "  "+engine.Reason(code))
	}
	for _, line := range append(lost, again...) {
		told = append(told, "  "+line)
	}
	for _, line := range wording.Conditions(after.Decision) {
		told = append(told, "  "+line)
	}
	return told, nil
}

func records(verb string, n uint64, plural string) []string {
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%-8s %s: %d records", verb, plural, n)}
}
