package terminal

import (
	"os"
	"os/user"
	"strconv"
)

// Account is the name that the machine has for the user who runs this process, "uid-1000"
// where it has none. The environment has no say in it.
func Account() string {
	_ = os.Unsetenv("USER") // which os/user would take for the name of whoever has none
	found, err := user.Current()
	if err != nil {
		return "uid-" + strconv.Itoa(os.Getuid())
	}
	return found.Username
}
