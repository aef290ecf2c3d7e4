package optouts

import (
	"context"
	"fmt"
	"os"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/roster"
)

// Student finds a student by a sourcedId, and what of the register is about them. Somebody
// whom the roster never had, and one who is not opted out, are a fault.NotFound for a
// person at a terminal.
func (r *Registry) Student(ctx context.Context, sourcedID string) (uint32, []OptOut, error) {
	persons, err := roster.PersonsCalled(r.DB.Read.WithContext(ctx), []string{sourcedID})
	if err != nil {
		return 0, nil, err
	}
	p, known := persons[sourcedID]
	if !known {
		return 0, nil, r.Explain(ctx, sourcedID, Wrong{Problem: UnknownStudent})
	}
	all, err := r.OfStudents(ctx, []uint32{p.ID})
	if err == nil && len(all[p.ID]) == 0 {
		err = fault.New(fault.NotFound, "%s is not opted out", sourcedID)
	}
	return p.ID, all[p.ID], err
}

// Explain is what is wrong with a student who was named at a terminal, with who may have
// been meant.
func (r *Registry) Explain(ctx context.Context, sourcedID string, wrong Wrong) error {
	if wrong.Problem != UnknownStudent {
		return fault.New(fault.Invalid, "%s", wrong.Says)
	}
	known, err := roster.New(r.DB).StudentIDs(ctx)
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "the roster never had a student with the sourcedId %q%s", likeness.Echo(sourcedID), likeness.DidYouMean(sourcedID, known))
}

// OpenFile is ReadFile of a file of this machine.
func OpenFile(name string) ([]Wanted, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the opt-outs: %w", err)
	}
	defer file.Close()
	return ReadFile(file)
}
