// Package release says which rostergate a program is.
package release

import "runtime/debug"

// WithGo is which rostergate this is, and of which Go.
func WithGo(stamped string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "rostergate " + Name(stamped)
	}
	return "rostergate " + Name(stamped) + " " + info.GoVersion
}

// Name is which rostergate this is: as it was stamped, where it was, or as Go itself notes where it
// builds a module or a clone with git at hand.
func Name(stamped string) string {
	if stamped != "" {
		return stamped
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unversioned
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	noted := map[string]string{}
	for _, s := range info.Settings {
		noted[s.Key] = s.Value
	}
	switch revision := noted["vcs.revision"]; {
	case revision == "":
		return unversioned
	case noted["vcs.modified"] == "true":
		return revision + "-dirty"
	default:
		return revision
	}
}

// unversioned is what a build calls itself that nobody told what it is of.
const unversioned = "unversioned"
