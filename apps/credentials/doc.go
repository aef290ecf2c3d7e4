// Package credentials keeps the credentials of the apps and the tokens that were made with
// them, and finds by either whose they are.
//
//	found, err := credentials.ByClient(ctx, db, clientID)
//	if found.Working(now) { ... }
//
// Its main type is Credential, a row. A check is one statement, which reads the stamp as
// well, whether or not anything is found.
//
// One credential of an app works without an end. When another follows it, it may work on for
// an overlap, and is dead at the instant at which that is over, on every replica, for each check
// compares it with the clock.
//
// It opens and seals no secret, and says of no app whether it is answered (that is apps').
package credentials
