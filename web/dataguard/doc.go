// Package dataguard holds the pages on which the grant of an app is changed: DataGuard
// with its tabs, the scope, the agreement, copying from another app, going back to an
// earlier version, the ceiling and its lifts; and those of the policy of an app.
//
// All of them end in one panel (changes.go), which says what an app gains and loses
// before anything is saved, and one way to save (saving.go). A form of a grant is a
// grantForm.
//
// It has many files, for each form is one, and all of them share that panel.
//
// What an app would get of one record is in web/preview; what the rules say, in policy.
package dataguard
