// Package approvals is where people look at the changes that wait for another admin, and
// decide on them.
//
//	desk := &approvals.Desk{DB: db, Apps: registry, OptOuts: register, Clock: time.Now, Standing: people.Standing}
//	all, err := desk.List(ctx, waiting.Waits, 0)
//	shown, err := desk.Show(ctx, 7)
//	...
//	err = desk.Approve(ctx, 7, approvals.Approval{Effect: shown.Effects.Print}, by)
//
// Its main type is Desk. To approve is to rehearse the change in the transaction in which it
// is then made, by the method that was asked for in the first place: if that comes to
// something else than what was shown, nothing is approved.
//
// The package does not decide what has to wait: apps and optouts do, in the transaction of
// each change, by what waiting keeps.
package approvals
