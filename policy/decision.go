package policy

import (
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// The states of an app. Any other is treated as suspended is.
const (
	Pending   = "pending"   // registered, never enabled
	Enabled   = "enabled"   // answered
	Suspended = "suspended" // refused until it is enabled again
)

// Input is what a decision is made of.
type Input struct {
	App         AppState
	TokenScopes []catalog.TokenScope // that the credential holds; unknown ones open nothing
	Expires     time.Time            // of the credential; zero does not expire
	Now         time.Time
	Day         string // the district's, as YYYY-MM-DD: what ended before it is former
	Grant       Grant
	Keys        []Key // what the roster has now

	Needs []Need // of the app's vendor, for its ceiling
	Own   *Own   // the policy that the district wrote for the app, nil without one

	Guardrails []Guardrail // of the district, in the order in which they are asked
	Agreed     Agreed      // the agreement with the vendor, for guardrails

	// OptOuts go into the plan as they are: no rule sees them, and no grant opens them.
	OptOuts OptOuts
}

// AppState is an app and whether it is answered at all.
type AppState struct {
	ID      string
	State   string
	Preset  string // that the app was made from, empty for none
	Ceiling bool   // whether that preset's ceiling holds
	Vendor  Vendor // what kind of product it is
}

// Key is a member of a bag that the roster has now. Keys that vanished are not
// listed. Reviewed is what was said for the app that is decided for: a review for
// another app is none, and it ends when the key vanishes.
type Key struct {
	catalog.Member
	Reviewed bool
}

// Decision is what an app may see, with a reason for everything that it may not.
// A reason is a code, followed where it blames something by a colon and what it
// blames: "requires_ungranted:users". Engine.Reason says it in a sentence.
type Decision struct {
	Allow    bool                      `json:"allow"`
	Reasons  []string                  `json:"reasons,omitempty"` // why nothing is allowed, the first rule first
	Entities map[string]EntityDecision `json:"entities"`          // every entity of the catalog or the grant, by plural
	Scope    Scope                     `json:"scope"`
	Keep     []Condition               `json:"keep,omitempty"` // all of which records must meet, by policies
	Day      string                    `json:"day,omitempty"`  // that of the input, where the scope leaves out what is former
}

// EntityDecision is the part of a decision about one entity. It speaks of every
// field, and of every key and type that is granted or known.
type EntityDecision struct {
	Allow  bool                      `json:"allow"`
	Reason string                    `json:"reason,omitempty"`
	Rows   Rows                      `json:"rows,omitempty"`
	Fields map[string]FieldDecision  `json:"fields,omitempty"`
	Keys   map[string]MemberDecision `json:"keys,omitempty"`
	Types  map[string]MemberDecision `json:"types,omitempty"`
}

// FieldDecision is the part of a decision about one field.
type FieldDecision struct {
	Share  bool   `json:"share"`
	Mask   Mask   `json:"mask,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// MemberDecision is the part of a decision about a metadata key or a type of
// identifier.
type MemberDecision struct {
	Share  bool   `json:"share"`
	Reason string `json:"reason,omitempty"`
}

// Rows says how much of an open entity the grant's scope reaches, opt-outs apart.
type Rows string

// The three answers. Conditional is the only one that needs a look at the roster.
const (
	Always      Rows = "always"
	Never       Rows = "never"
	Conditional Rows = "conditional"
)
