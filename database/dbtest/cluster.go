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

// Cluster is a PostgreSQL server of the tests' own, in a temporary folder, on a
// unix socket. It gives up durability for speed.
type Cluster struct {
	URL string // of its database "postgres"

	dir    string
	server *exec.Cmd
}

// StartCluster makes and starts a cluster from the machine's own binaries. The
// server refuses to run as root; root starts it as the user postgres, or as
// nobody where there is no such user.
// Settings are further arguments of the server.
func StartCluster(settings ...string) (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rostergate-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	c := &Cluster{dir: dir, URL: "postgres:///postgres?" + "host=" + dir + "&user=postgres"}
	if err := c.start(bin, settings); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(bin string, settings []string) error {
	identity, err := unprivileged(c.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	create := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	create.SysProcAttr, create.Dir = identity, c.dir
	if out, err := create.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	args := []string{
		"-D", data, "-k", c.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "max_connections=400", "-c", "shared_buffers=256MB", "-c", "logging_collector=off", "-c", "log_min_messages=fatal",
	}
	c.server = exec.Command(filepath.Join(bin, "postgres"), append(args, settings...)...)
	c.server.SysProcAttr, c.server.Dir = identity, c.dir
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
