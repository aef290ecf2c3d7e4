package audit_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
)

// brought is what holds the names that a roster brought.
type brought struct{ Types []string }

func (brought) BringsNames() {}

type carrier struct {
	Version int
	inner   *brought
}

func TestAChangeThatBringsNamesOfARosterIsNotRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		one := brought{[]string{"jane.doe@example.org"}}
		for what, side := range map[string]any{
			"itself": one, "behind a pointer": &one, "in a struct": carrier{1, &one}, "in a map": map[string]any{"grant": one},
			"in a list": []any{"x", []brought{one}},
		} {
			for _, c := range []audit.Change{{Actor: "ada", Action: "grant.save", Before: side}, {Actor: "ada", Action: "grant.save", After: side}} {
				if err := l.Note(t.Context(), c); err == nil || strings.Contains(err.Error(), "jane") {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
		fine := audit.Change{Actor: "ada", Action: "grant.save", Before: nil, After: map[string]any{"types": []string{"StateID"}, "none": (*brought)(nil)}}
		if err := l.Note(t.Context(), fine); err == nil {
			t.Error("a nil of the type is taken, and would not be another day")
		}
		fine.After = map[string]any{"types": []string{"StateID"}, "at": noon()}
		if err := l.Note(t.Context(), fine); err != nil {
			t.Error(err)
		}
	})
}
