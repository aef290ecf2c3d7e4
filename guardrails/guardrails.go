package guardrails

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
)

// Saved is the whole list as it was saved: one row of its history. The highest version
// holds; of version 0 there never was one.
type Saved struct {
	Version int64              `json:"version" gorm:"primaryKey;autoIncrement:false"` // from 1
	Rules   []policy.Guardrail `json:"rules" gorm:"column:document;serializer:json"`  // in the order in which they are asked
	Actor   string             `json:"actor"`
	Reason  string             `json:"reason,omitempty"`
	SavedAt moment.Moment      `json:"saved_at" gorm:"column:created_at"` // UTC with milliseconds
}

// TableName is the table of the guardrails.
func (Saved) TableName() string { return "guardrails" }

// Read reads the guardrails that hold, as tx sees them.
func Read(tx *gorm.DB) (Saved, error) {
	var saved Saved
	err := tx.Order("version DESC").Limit(1).Take(&saved).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return Saved{}, fmt.Errorf("read the guardrails: %w", err)
	}
	return saved, nil
}

// History lists every version, the newest first.
func History(tx *gorm.DB) ([]Saved, error) {
	var all []Saved
	if err := tx.Order("version DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the guardrails that were saved: %w", err)
	}
	return all, nil
}

// Earlier finds in a history what holds, and an earlier version: the last before it where
// version is 0. Before the first there were none. A version that there is not is a
// fault.NotFound.
func Earlier(history []Saved, version int64) (holds, earlier Saved, err error) {
	if len(history) == 0 {
		return holds, earlier, fault.New(fault.NotFound, "no guardrails were ever saved")
	}
	holds, rest := history[0], append(slices.Clone(history[1:]), Saved{})
	for _, saved := range rest {
		if saved.Version == version || version == 0 {
			return holds, saved, nil
		}
	}
	return holds, earlier, fault.New(fault.NotFound, "there is no version %d of the guardrails before version %d, which holds", version, holds.Version)
}

// Find finds one of the list by its id.
func (s Saved) Find(id string) (policy.Guardrail, bool) {
	i := slices.IndexFunc(s.Rules, func(g policy.Guardrail) bool { return g.ID == id })
	if i < 0 {
		return policy.Guardrail{}, false
	}
	return s.Rules[i], true
}

// Named is Find, with a fault.NotFound and its near misses for an id that there is not.
func (s Saved) Named(id string) (policy.Guardrail, error) {
	if g, there := s.Find(id); there {
		return g, nil
	}
	var ids []string
	for _, g := range s.Rules {
		ids = append(ids, g.ID)
	}
	return policy.Guardrail{}, fault.New(fault.NotFound, "no guardrail is called %q%s", likeness.Echo(id), likeness.DidYouMean(id, ids))
}

// With is the list with one in the place of that of the same id, or behind all others.
func (s Saved) With(g policy.Guardrail) []policy.Guardrail {
	rules := slices.Clone(s.Rules)
	if i := slices.IndexFunc(rules, func(r policy.Guardrail) bool { return r.ID == g.ID }); i >= 0 {
		rules[i] = g
		return rules
	}
	return append(rules, g)
}

// Without is the list without the one of an id.
func (s Saved) Without(id string) []policy.Guardrail {
	return slices.DeleteFunc(slices.Clone(s.Rules), func(g policy.Guardrail) bool { return g.ID == id })
}

// Same reports whether two lists say the same.
func Same(a, b []policy.Guardrail) bool {
	return slices.EqualFunc(a, b, func(a, b policy.Guardrail) bool {
		return a.ID == b.ID && a.Kind == b.Kind && a.Parameters == b.Parameters && maps.Equal(a.Files, b.Files)
	})
}

// Meanwhile refuses a change of a version that no longer holds.
func (s Saved) Meanwhile(base int64) error {
	if s.Version == base {
		return nil
	}
	return fault.New(fault.Conflict, "the guardrails were saved meanwhile: version %d holds, and this is a change of version %d", s.Version, base)
}

// Store stores a list in the place of the one that holds, as the next version, and returns
// what the ledger is to be told. What saved has of who and when is that of the next.
func Store(tx *gorm.DB, before, saved Saved) (Saved, audit.Change, error) {
	saved.Version = before.Version + 1
	if saved.Rules == nil {
		saved.Rules = []policy.Guardrail{}
	}
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&saved)
	if done.Error != nil {
		return Saved{}, audit.Change{}, fmt.Errorf("save version %d of the guardrails: %w", saved.Version, done.Error)
	}
	if done.RowsAffected == 0 {
		return Saved{}, audit.Change{}, Saved{Version: saved.Version}.Meanwhile(before.Version)
	}
	was, err := before.told()
	if err != nil {
		return Saved{}, audit.Change{}, err
	}
	is, err := saved.told()
	return saved, audit.Change{Action: "guardrails.save", Before: was, After: is}, err
}

// told is what the ledger is told of a list. The text of a rule is the district's, and may
// name records: the ledger has its hash.
type told struct {
	Version int64      `json:"version"`
	Rules   []toldRule `json:"guardrails"`
}

type toldRule struct {
	ID     string   `json:"id"`
	Kind   string   `json:"kind,omitempty"`
	Class  string   `json:"class,omitempty"`
	Vendor string   `json:"vendor,omitempty"`
	Files  []string `json:"files,omitempty"`
	SHA256 string   `json:"sha256,omitempty"` // of the files as JSON
}

func (s Saved) told() (told, error) {
	all := told{Version: s.Version, Rules: []toldRule{}}
	for _, g := range s.Rules {
		one := toldRule{ID: g.ID, Kind: string(g.Kind), Class: string(g.Parameters.Class), Vendor: string(g.Parameters.Vendor)}
		if len(g.Files) > 0 {
			text, err := json.Marshal(g.Files)
			if err != nil {
				return told{}, fmt.Errorf("hash the guardrail %s: %w", g.ID, err)
			}
			sum := sha256.Sum256(text)
			one.Files, one.SHA256 = slices.Sorted(maps.Keys(g.Files)), hex.EncodeToString(sum[:])
		}
		all.Rules = append(all.Rules, one)
	}
	return all, nil
}
