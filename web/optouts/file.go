package optouts

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/web/frame"
)

// sent is a form that brings a file of opt-outs.
type sent struct {
	wanted []optouts.Wanted
	read   bool // there was a file
	reason string

	replace, sure bool // the register; with what that lets back
}

// longestReason is in bytes, of a reason in a form that brings a file.
const longestReason = 8 << 10

// receive reads the form. What a person can do otherwise is a fault.Invalid.
func (s *sent) receive(from *http.Request) error {
	form, err := from.MultipartReader()
	if err != nil {
		return noFile()
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && s.read:
			return nil
		case errors.Is(err, io.EOF):
			return noFile()
		case err != nil:
			return fault.New(fault.Invalid, "The upload broke off. Try again.")
		case part.FormName() == "reason":
			text, err := io.ReadAll(io.LimitReader(part, longestReason))
			if err != nil {
				return fault.New(fault.Invalid, "The upload broke off. Try again.")
			}
			s.reason = string(text)
		case part.FormName() == "replace":
			s.replace = true
		case part.FormName() == "sure":
			s.sure = true
		case part.FormName() == "file" && part.FileName() != "":
			if s.wanted, err = optouts.ReadFile(part); err != nil {
				return err
			}
			s.read = true
		}
	}
}

func noFile() error { return fault.New(fault.Invalid, "Choose a CSV file of opt-outs.") }

// takeFile opts the students of a file out, all or none.
func (r *Room) takeFile(v *frame.Visit) error {
	var in sent
	err := in.receive(v.Request())
	var report optouts.Report
	if err == nil {
		report, err = r.store(v, in)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return r.fileAgain(v, in, report, err)
	case err != nil:
		return err
	case report.Held:
		return r.fileAgain(v, in, report, r.whoComesBack(v, report))
	case !report.Stored:
		return r.fileAgain(v, in, report, fault.New(fault.Invalid, "%s of the file are wrong, and nothing was stored. Correct them, or take them away.", frame.Plural(len(report.Wrong), "line", "lines")))
	}
	says := fmt.Sprintf("%s added, %s there already", frame.Plural(report.Added, "opt-out", "opt-outs"), frame.Number(int64(report.There)))
	if in.replace {
		says += fmt.Sprintf(", %s removed", frame.Number(int64(report.Removed)))
	}
	return v.EndForm(path, says+".")
}

// store stores a file. Whoever replaces the register is told what that removes, however
// little, before they are sure.
func (r *Room) store(v *frame.Visit, in sent) (optouts.Report, error) {
	if !in.replace {
		return r.OptOuts.Add(v.Context(), in.wanted, v.By(in.reason))
	}
	if !in.sure {
		look, err := r.OptOuts.Look(v.Context(), in.wanted, true)
		if look.Held = look.Stored && look.Removed > 0; err != nil || look.Held || !look.Stored {
			return look, err
		}
	}
	return r.OptOuts.Replace(v.Context(), in.wanted, in.sure, v.By(in.reason))
}

// whoComesBack is why a file that replaces the register was not stored yet.
func (r *Room) whoComesBack(v *frame.Visit, report optouts.Report) error {
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return err
	}
	var each []string
	for _, one := range report.Opens {
		each = append(each, appLabel(all, one.App)+" gets "+frame.Plural(one.Students, "student", "students")+" again")
	}
	return fault.New(fault.Invalid, "%s would go, of which the file says nothing, and %s come back: %s. As yet nothing was stored. If that is meant, choose the file again, and tick that they come back.",
		frame.Plural(report.Removed, "opt-out", "opt-outs"), frame.Plural(report.Back, "student", "students"), cmp.Or(strings.Join(each, ", "), "no app gets anybody again"))
}

// fileAgain shows the register with what is wrong with a file.
func (r *Room) fileAgain(v *frame.Visit, in sent, report optouts.Report, why error) error {
	m, err := r.newList(v)
	if err != nil {
		return err
	}
	m.File.Blame(why)
	m.Reason.Value = in.reason
	m.Replace.On = in.replace
	m.Wrong = report.Wrong[:min(len(report.Wrong), mostWrong)]
	m.More = len(report.Wrong) - len(m.Wrong)
	return v.ShowAgain("optouts", "Opt-outs", m)
}
