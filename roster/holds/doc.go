// Package holds says from where on a package changes so much that a person has to look
// first, and what of it a person has accepted before.
//
// Its main type is Limits, a share and a floor for each kind of record.
//
//	limits, err := holds.ParseRefused("1%/5 users=2%/20")
//	if fresh := now.Fresh(accepted); limits.Of("users").Passed(fresh, rows) { ... }
//
// Its one table has what was refused and accepted. It reads no package, and decides over no
// import.
package holds
