// Package register holds the pages of the apps as a whole: the list of them, adding one,
// enabling and suspending it, its credentials, and the keys and types that wait for a
// review then.
//
// What an app may get is decided in web/dataguard. The registry itself is the package
// apps.
package register
