// Package web holds the pages on which the district's admins decide and its auditors
// look. They are made on the server and work without script.
//
//	rooms, err := web.New(web.Parts{DB: db, People: registry, Apps: apps, Roster: rost, Ledger: ledger, ...})
//
// Here the rooms are put together, and nothing else: New gives each room the parts that
// it works with and puts all of them into their frame, which is a finished handler.
// Routes is the table of pages, the sum of what the rooms have.
//
// What every room stands on is in web/frame: who may enter, what of a roster a person
// may read and what is on record before, how a page looks. The rooms are
//
//	web/register    the apps: the list, adding, enabling, suspending, credentials
//	web/dataguard   what an app may get: DataGuard, scope, agreement, copies, history
//	web/preview     what an app would get of one record
//	web/why         why an app gets what it gets: the chain of rules
//	web/optouts     the students of whom apps get nothing
//	web/imports     the imports: uploads, their reports, held packages
//	web/auditor     the ledger
//	web/staff       signing in, accounts, the people and the settings
//	web/dashboard   the first page
//
// What an app gains and loses, which several rooms show, is in web/frame/gains.
//
// A room imports the frame and no other room, so that a new page touches one folder: its
// Go file, its template beside it in templates, and its line in the room's routes. The
// tests of pages are here, for they walk from room to room; the browser's are in
// web/browser.
//
// The pages decide nothing about data: a handler reads a form, calls one method of
// another package and shows a page. They know no SQL.
package web
