// Package optouts is the room of the students of whom the apps, or some of them, get
// nothing.
//
//	room := &optouts.Room{Apps: registry, OptOuts: register, Gateway: gate}
//	rooms := []frame.Room{room.Pages(), ...}
//
// Its main type is Room. Admins find a student, opt them out and let apps have them
// again, and send in a file; auditors see the register with the roster's numbers in the
// place of names. The package does not keep the register: that is package optouts of the
// module's root, and what leaves with a student is roster/view's.
package optouts
