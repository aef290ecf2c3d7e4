// Package dashboard holds the first page: how the roster and the apps are, what waits for
// a person, and how much was disclosed lately. It changes nothing.
package dashboard
