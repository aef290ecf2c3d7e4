package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Variable names the environment variable that holds the URL of a PostgreSQL
// server in which tests may create databases.
const Variable = "ROSTERGATE_TEST_POSTGRES"

// Cluster is a PostgreSQL server of the tests' own, in a folder of Place, on a
// unix socket. It gives up durability for speed.
type Cluster struct {
	URL string // of its database "postgres"

	dir      string
	bin      string
	settings []string
	identity *syscall.SysProcAttr
	server   *exec.Cmd
}

// StartCluster makes and starts a cluster from the machine's own binaries. The
// server refuses to run as root; root starts it as the user postgres, or as
// nobody where there is no such user.
// Settings are further arguments of the server.
func StartCluster(settings ...string) (*Cluster, error) { return startCluster(Place(), settings) }

func startCluster(parent string, settings []string) (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "rostergate-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	c := newCluster(dir, bin, settings)
	if c.identity, err = unprivileged(dir); err == nil {
		err = c.make("initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	}
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func newCluster(dir, bin string, settings []string) *Cluster {
	return &Cluster{dir: dir, bin: bin, settings: settings, URL: "postgres:///postgres?" + "host=" + dir + "&user=postgres"}
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// make runs a program that makes the cluster's files.
func (c *Cluster) make(program string, args ...string) error {
	create := exec.Command(filepath.Join(c.bin, program), args...)
	create.SysProcAttr, create.Dir = c.identity, c.dir
	if out, err := create.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out)
	}
	return nil
}

// Standby makes and starts a cluster that follows this one, until it is promoted. The
// server that starts last ends with the thread that started it, like the first.
func (c *Cluster) Standby() (*Cluster, error) {
	dir, err := os.MkdirTemp(Place(), "rostergate-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	s := newCluster(dir, c.bin, c.settings)
	if s.identity, err = unprivileged(dir); err == nil {
		err = s.make("pg_basebackup", "-h", c.dir, "-U", "postgres", "-D", s.data(), "-R", "-c", "fast", "--no-sync")
	}
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Crash ends the server as a loss of power does for what it had not written yet.
func (c *Cluster) Crash() error {
	if err := c.server.Process.Signal(syscall.SIGQUIT); err != nil {
		return fmt.Errorf("end postgres: %w", err)
	}
	_ = c.server.Wait() // with the status of a crash
	return nil
}

// Start starts the server, also after a crash, and waits until it takes connections.
func (c *Cluster) Start() error {
	args := []string{
		"-D", c.data(), "-k", c.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "max_connections=400", "-c", "shared_buffers=256MB", "-c", "logging_collector=off", "-c", "log_min_messages=fatal",
	}
	c.server = exec.Command(filepath.Join(c.bin, "postgres"), append(args, c.settings...)...)
	c.server.SysProcAttr, c.server.Dir = c.identity, c.dir
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return c.await()
}

// await waits until the server takes connections.
func (c *Cluster) await() error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	for {
		conn, err := pgx.Connect(ctx, c.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() {
	if c.server != nil && c.server.Process != nil {
		_ = c.server.Process.Signal(syscall.SIGINT)
		_ = c.server.Wait()
	}
	_ = os.RemoveAll(c.dir)
}

// Program is the path of one of PostgreSQL's programs, pg_dump for instance, of the
// version that clusters are of.
func Program(name string) (string, error) {
	bin, err := binaries()
	return filepath.Join(bin, name), err
}

// binaries is the folder of the newest PostgreSQL server on the machine.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return major(b) - major(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("no PostgreSQL server on this machine: run `make tools`, install the package postgresql (15 or newer), or set " + Variable)
}

func major(initdb string) int {
	n, _ := strconv.Atoi(strings.Split(initdb, "/")[4])
	return n
}

// unprivileged gives dir to a user who may run PostgreSQL.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	// The server ends with the tests, however they end.
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", err)
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(dir, uid, gid)
}
