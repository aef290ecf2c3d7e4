// Package credentials keeps the credentials of the apps and the tokens that were made with
// them, and finds by either whose they are.
//
//	found, err := credentials.ByClient(ctx, db, clientID)
//	if found.Working() { ... }
//
// Its main type is Credential, a row. A check is one statement, which reads the stamp as
// well, whether or not anything is found.
//
// It opens and seals no secret, and says of no app whether it is answered (that is apps').
package credentials
