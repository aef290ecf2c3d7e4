package optouts

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/web/frame"
)

// sent is a form that brings a file of opt-outs.
type sent struct {
	wanted []optouts.Wanted
	read   bool // there was a file
	reason string
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
		report, err = r.OptOuts.Add(v.Context(), in.wanted, v.By(in.reason))
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return r.fileAgain(v, in, report, err)
	case err != nil:
		return err
	case !report.Stored:
		return r.fileAgain(v, in, report, fault.New(fault.Invalid, "%s of the file are wrong, and nothing was stored. Correct them, or take them away.", frame.Plural(len(report.Wrong), "line", "lines")))
	}
	return v.EndForm(path, fmt.Sprintf("%s added, %s there already.", frame.Plural(report.Added, "opt-out", "opt-outs"), frame.Number(int64(report.There))))
}

// fileAgain shows the register with what is wrong with a file.
func (r *Room) fileAgain(v *frame.Visit, in sent, report optouts.Report, why error) error {
	m, err := r.newList(v)
	if err != nil {
		return err
	}
	m.File.Blame(why)
	m.Reason.Value = in.reason
	m.Wrong = report.Wrong[:min(len(report.Wrong), mostWrong)]
	m.More = len(report.Wrong) - len(m.Wrong)
	return v.ShowAgain("optouts", "Opt-outs", m)
}
