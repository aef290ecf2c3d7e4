// Package manners keeps how an app is answered beside what it is given: in which form some
// values come, what is made of a name that nobody knows, and what the district has to say to
// its vendor.
//
//	held, err := registry.Of(ctx, "amplify")
//	native := manners.Native
//	held, err = registry.Set(ctx, "amplify", manners.Edit{Booleans: &native}, apps.By{Actor: "cli:ada"})
//
// Its main type is Manners. A change of them gives the app nothing, so it waits for nobody,
// and it is none of its permissions: no plan and no date has anything of it. It raises the
// permission revision all the same, so that it holds for the very next answer on every
// replica.
//
// The package renders nothing (that is the gateway's).
package manners
