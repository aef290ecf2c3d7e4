// Package web holds the rooms: the pages on which the district's admins decide
// and its auditors look. They are made on the server and work without script.
//
//	rooms := &web.Rooms{DB: db, People: registry, Apps: apps, Roster: rost, Ledger: ledger, ...}
//	handler, err := rooms.Handler()
//
// Its main type is Rooms. Every page is a line of the table that Routes returns,
// and the line says who may enter: nobody, unless it says more. A screen is one
// Go file with its handlers and its view-model, and one template of the same
// name; templates/components.html has the parts that screens are made of.
//
// The package decides nothing about data: a handler reads a form, calls one
// method of another package and shows a page. It knows no SQL.
package web
