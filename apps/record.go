package apps

import (
	"bytes"
	"encoding/json"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// recorded is a grant as the ledger is told of it: with the names that an admin has
// accepted. Grades are among them, for to name one in a grant is to accept it.
type recorded policy.Grant

// teller is what a change has before or after it, with names as a roster brought them.
type teller interface {
	// told is the same as the ledger is told of it.
	told(names *roster.Vocabulary) any
}

// told makes a change ready for the ledger. The names are those accepted by now, what
// the change itself accepts included.
func told(tx *gorm.DB, c audit.Change) (audit.Change, error) {
	names, err := roster.ReadVocabulary(tx)
	for _, side := range []*any{&c.Before, &c.After} {
		if t, tells := (*side).(teller); tells && err == nil {
			*side = t.told(names)
		}
	}
	return c, err
}

// grantTold is a grantChange for the ledger.
type grantTold struct {
	Version  int64    `json:"version"`
	Grant    recorded `json:"grant"`
	Reviewed []string `json:"reviewed,omitempty"`
	From     string   `json:"from,omitempty"`
}

func (g grantChange) tell(names *roster.Vocabulary) grantTold {
	return grantTold{g.Version, recorded(Said(g.Grant, names)), names.SayMembers(g.Reviewed), g.From}
}

func (g grantChange) told(names *roster.Vocabulary) any { return g.tell(names) }

func (c createdApp) told(names *roster.Vocabulary) any {
	return struct {
		Name   string `json:"name"`
		Preset string `json:"preset,omitempty"`
		State  State  `json:"state"`
		grantTold
	}{c.Name, c.Preset, c.State, c.tell(names)}
}

func (s stateChange) told(names *roster.Vocabulary) any {
	told := struct {
		State    State     `json:"state"`
		Version  int64     `json:"version,omitempty"`
		Grant    *recorded `json:"grant,omitempty"`
		Reviewed []string  `json:"reviewed,omitempty"`
	}{s.State, s.Version, nil, names.SayMembers(s.Reviewed)}
	if s.Grant != nil {
		grant := recorded(Said(*s.Grant, names))
		told.Grant = &grant
	}
	return told
}

// Said is a grant with its names as anyone may read them.
func Said(grant policy.Grant, names *roster.Vocabulary) policy.Grant {
	said := grant.Clone()
	for plural, granted := range said.Entities {
		granted.Keys = names.SayAll(plural, catalog.Metadata, granted.Keys)
		granted.Types = names.SayAll(plural, catalog.UserIDs, granted.Types)
		said.Entities[plural] = granted
	}
	if grant.Lifts != nil {
		said.Lifts = map[string]string{}
	}
	for name, reason := range grant.Lifts {
		if m := catalog.ParseMember(name); m.Bag != "" {
			m.Name = names.SayAll(m.Entity, m.Bag, []string{m.Name})[0]
			name = m.String()
		}
		said.Lifts[name] = reason
	}
	return said
}

// SaidEntry is an entry of the ledger with its names as anyone may read them. The
// ledger has no others since it is told of changes as it is now; what it has from
// before stays as it was signed.
func SaidEntry(e audit.Entry, names *roster.Vocabulary) audit.Entry {
	e.Metadata = names.SayAll(e.Entity, catalog.Metadata, e.Metadata)
	e.Types = names.SayAll(e.Entity, catalog.UserIDs, e.Types)
	e.Before, e.After = saidJSON(e.Before, names), saidJSON(e.After, names)
	return e
}

// saidJSON says what is recorded of a change, as it is where all of its names may be
// read.
func saidJSON(text string, names *roster.Vocabulary) string {
	var document any
	read := json.NewDecoder(bytes.NewReader([]byte(text)))
	read.UseNumber()
	if read.Decode(&document) != nil {
		return text
	}
	if !sayDocument(document, names) {
		return text
	}
	said, _ := json.Marshal(document) // of what was read as JSON: always
	return string(said)
}

// sayDocument says the names in a document, and reports whether any is another now.
func sayDocument(document any, names *roster.Vocabulary) bool {
	changed := false
	switch d := document.(type) {
	case []any:
		for _, one := range d {
			changed = sayDocument(one, names) || changed
		}
	case map[string]any:
		for name, value := range d {
			switch name {
			case "entities":
				changed = sayEntities(value, names) || changed
			case "reviewed", "new_keys", "vanished_keys":
				changed = sayList(value, names.SayMembers) || changed
			default:
				changed = sayDocument(value, names) || changed
			}
		}
	}
	return changed
}

// sayEntities says the names in what a grant says of each entity.
func sayEntities(value any, names *roster.Vocabulary) bool {
	changed := false
	entities, _ := value.(map[string]any)
	for plural, one := range entities {
		granted, _ := one.(map[string]any)
		for list, bag := range map[string]catalog.Bag{"keys": catalog.Metadata, "types": catalog.UserIDs} {
			say := func(all []string) []string { return names.SayAll(plural, bag, all) }
			changed = sayList(granted[list], say) || changed
		}
	}
	return changed
}

// sayList says the names of a list.
func sayList(value any, say func([]string) []string) bool {
	list, _ := value.([]any)
	changed := false
	for i, one := range list {
		name, _ := one.(string)
		if said := say([]string{name})[0]; said != name {
			list[i], changed = said, true
		}
	}
	return changed
}
