// Package spool keeps rows on disk between two walks through them, and reads ahead of
// whoever takes them.
//
// Its main type is Spool.
//
//	s, err := spool.New(dir, "users.taken")
//	err = s.Write(spool.Row{Place: 7, Line: 2, Cells: cells})
//	in, err := s.Reread()
//	err = spool.Ahead(in.Next, spool.Row.Keep, func(r spool.Row) error { ... })
//
// What its rows are, it does not know.
package spool
