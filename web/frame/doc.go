// Package frame is what every room of the web stands on.
//
//	f, err := frame.New(frame.Parts{People: registry, Ledger: ledger, ...}, imports.Pages(), auditor.Pages())
//
// Its main types are Frame, which answers every request, Route, a line of the table of
// pages, and Visit, one request as handlers see it. A line says who may enter: nobody,
// unless it says more. A handler is a function of a Visit; it reads the form from it and
// ends with Show, ShowAgain, EndForm or Redirect.
//
// Also here is what several rooms are made of: the layout and the components with their
// view-models (components.go, finder.go, payload.go), what fields, states, reasons and
// counts are called (wording.go, reasons.go, entities.go), and the two doors to what a
// roster holds: sight.go for values, which are on record before a page shows them, and
// names.go for names that nobody has accepted. A room has no other way to either. A form
// that comes when its session has ended is carried over the sign-in (kept.go).
//
// No page of one room is here, except the one that says why there is no page.
//
// It has many files, one for each thing that every room has: a visit, its guard, its names,
// what it showed, its forms and its words.
package frame
