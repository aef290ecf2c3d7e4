// Package optouts keeps of which students the apps, or some of them, get nothing,
// whatever their grants and policies say.
//
//	register := &optouts.Registry{DB: db, Apps: registry, Clock: time.Now}
//	report, err := register.Add(ctx, []optouts.Wanted{{Student: "stu-0001"}}, apps.By{Actor: "cli:ada"})
//	...
//	in.OptOuts, err = optouts.Of(tx, "amplify") // of a policy.Input: it goes into the plan
//
// Its main type is Registry. An opt-out is of the roster's own id of a person, which is
// never given to another record; a sourcedId is only how somebody names one. Every
// change owns its transaction, is put on record in it by those ids, and raises the
// permission revision last, so that it holds for every answer that starts afterwards.
//
// The package does not decide who leaves with a student: roster/view does, which never
// reaches one who is opted out, nor anybody by way of one.
package optouts
