// Package apps keeps the vendor applications of a district: who they are, the
// credentials with which they come, what their vendors say they need, and what
// the district grants them, with the whole history of it.
//
//	registry := &apps.Registry{DB: db, Key: key, Clock: time.Now, Rand: rand.Reader}
//	app, credentials, err := registry.Create(ctx, apps.NewApp{Preset: "amplify"}, apps.By{Actor: "cli:ada"})
//	err = registry.Enable(ctx, app.ID, apps.By{Actor: "cli:ada", Reason: "contract signed"})
//	...
//	caller, err := registry.Bearer(ctx, token)
//
// Its main type is Registry. Every method that changes something owns its
// transaction, records who did it in the same transaction, and raises the
// permission revision last. Every check of a credential is one statement that
// also reads the revision, so that what it answered holds for an answer or the
// answer is computed again.
//
// It has many files, for each thing that is kept of an app is one of them, with what
// changes it.
//
// The package does not decide what a grant comes to (that is policy's), does not
// know which records a scope reaches (roster's), and speaks no HTTP.
package apps
