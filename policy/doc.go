// Package policy decides what an app may see, and compiles the decision into a
// plan that everything else obeys.
//
// A Grant is what the district ticked. The base policy, in base/*.rego, turns it
// together with the app's state, the scopes of the credential, the time and what
// the roster knows into a Decision: for every entity, field and metadata key
// whether it is shared, and the first rule that hid it where it is not. Whatever
// no rule opens is closed. A Plan is the immutable form of a decision that is
// read for every answer; Plans keeps the plans of the newest permission revision.
//
//	engine, err := policy.New()
//	...
//	plan, err := engine.Plan(ctx, policy.Input{
//		App:    policy.AppState{ID: "library", State: policy.Enabled},
//		TokenScopes: catalog.TokenScopes(),
//		Now:    time.Now(),
//		Grant:  grant,
//	})
//	if users, ok := plan.Entity("users"); ok {
//		_, named := users.Field("familyName")
//	}
//
// It has many files, for each step from a question to a plan is one, and all of them work
// on the same decision.
//
// The package is pure: it opens no database, serves no HTTP and reads no clock of
// its own. It does not edit or store grants, does not know which records a scope
// reaches, and never looks at a record: Masker applies a mask to the one value it
// is given.
package policy
