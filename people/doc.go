// Package people keeps who may work in the district's rooms: the accounts with
// their roles, the one-time links with which a password is set, and who is
// signed in. It also keeps how the rooms present the district.
//
//	registry := people.New(db, key, time.Now, rand.Reader)
//	person, link, err := registry.Add(ctx, people.NewPerson{Email: "ada@example.org", Role: people.Admin}, "cli:root")
//	...
//	in, err := registry.SignIn(ctx, email, password, people.Origin{Client: address})
//	person, err = registry.SignedIn(ctx, in.Session)
//
// Its main type is Registry. Links and sessions are random tokens that are kept
// as hashes, passwords as argon2id. Whatever a person does to an account is
// recorded in the transaction that does it. Whether an address has an account
// is not to be learned: a wrong password and an unknown address get one answer,
// after the same work.
//
// The package speaks no HTTP and knows no page: what a role may do is decided
// where the pages are.
package people
