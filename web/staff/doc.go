// Package staff holds the pages of the people who work here: signing in, one-time links,
// everyone's own account, the list of people with their roles, and the settings of the
// district.
//
// Who may sign in is decided in people; who may enter a page, by its route in the frame.
package staff
