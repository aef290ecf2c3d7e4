// Package settings finds what a command was told besides its arguments: by a flag, by a
// variable or by a line of a file, in this order of precedence.
//
// Its main type is Settings, which Read gathers and checks. The table in settings.go is
// every setting there is: flags, variables, the lines of a file, their checks and their
// help come from it.
//
//	settings.Declare(cmd.Flags(), settings.Serving)
//	s, err := settings.Read(cmd)
//
// It opens nothing but the file of settings, and decides nothing about what is in the store.
package settings
