package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rostergate/rostergate/database/dbtest"
)

func main() {
	var b bench
	plain := flag.String("plain", "", "serve the plain server on a database URL (used by the benchmark itself)")
	listen := flag.String("listen", "127.0.0.1:0", "address of -plain")
	flag.IntVar(&b.students, "students", 20000, "students of the district")
	flag.DurationVar(&b.slice, "slice", 2*time.Second, "how long each server is pulled from in each round")
	flag.IntVar(&b.rounds, "rounds", 3, "rounds; the median counts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	// The database server is told to end with the thread that started it.
	runtime.LockOSThread()
	var err error
	if *plain != "" {
		err = servePlain(ctx, *plain, *listen)
	} else {
		err = b.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	students, rounds int
	slice            time.Duration

	dir, binary, database string
}

func (b *bench) run(ctx context.Context) error {
	cluster, err := dbtest.StartCluster("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
	if err != nil {
		return err
	}
	defer cluster.Stop()
	b.database = cluster.URL
	if b.dir, err = os.MkdirTemp("", "rostergate-bench-"); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(b.dir)
	credentials, err := b.prepare(ctx)
	if err != nil {
		return err
	}
	gateway, err := b.start(ctx, b.binary, "serve", "--rate", "0", "--data", b.dir, "--database", b.database)
	if err != nil {
		return err
	}
	defer gateway.stop()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	simple, err := b.start(ctx, self, "-plain", b.database)
	if err != nil {
		return err
	}
	defer simple.stop()
	token, err := tokenFor(gateway.base, credentials)
	if err != nil {
		return err
	}
	return b.compare(ctx,
		target{server: gateway, path: "/ims/oneroster/v1p1/users", header: "Bearer " + token},
		target{server: simple, path: "/users"}, target{server: simple, path: "/users/whole"})
}

// prepare builds the gateway, fills the database and registers an app.
func (b *bench) prepare(ctx context.Context) (app, error) {
	b.binary = filepath.Join(b.dir, "rostergate")
	district := filepath.Join(b.dir, "district")
	if err := b.command(ctx, "go", "build", "-o", b.binary, "./cmd/rostergate"); err != nil {
		return app{}, err
	}
	if err := b.command(ctx, b.binary, "generate", "--out", district, "--students", fmt.Sprint(b.students)); err != nil {
		return app{}, err
	}
	store := []string{"--data", b.dir, "--database", b.database}
	if err := b.command(ctx, b.binary, append([]string{"import", district}, store...)...); err != nil {
		return app{}, err
	}
	created, err := exec.CommandContext(ctx, b.binary, append([]string{"apps", "create", "Eduready360", "--preset", "eduready360", "--json"}, store...)...).Output()
	if err != nil {
		return app{}, fmt.Errorf("register an app: %w", err)
	}
	var a app
	if err := json.Unmarshal(created, &a); err != nil {
		return a, fmt.Errorf("register an app: %w", err)
	}
	if err := b.command(ctx, b.binary, append([]string{"apps", "enable", a.ID}, store...)...); err != nil {
		return a, err
	}
	return a, b.prepareTable(ctx)
}

// app is what registering one tells.
type app struct {
	ID       string `json:"id"`
	ClientID string `json:"client_id"`
	Secret   string `json:"client_secret"`
}

func (b *bench) prepareTable(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, b.database)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, plainTable); err != nil {
		return fmt.Errorf("make the plain server's table: %w", err)
	}
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return err
}

func (b *bench) command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s %s: %w", filepath.Base(name), args[0], err)
	}
	return nil
}

// server is a process that serves.
type server struct {
	base string
	cmd  *exec.Cmd
}

// start runs a server on a free port and waits until it answers.
func (b *bench) start(ctx context.Context, binary string, args ...string) (*server, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	address := free.Addr().String()
	_ = free.Close()
	flagName := "--listen"
	if strings.HasPrefix(args[0], "-") {
		flagName = "-listen"
	}
	s := &server{base: "http://" + address, cmd: exec.CommandContext(ctx, binary, append(args, flagName, address)...)}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(binary), err)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			return s, conn.Close()
		}
	}
	s.stop()
	return nil, fmt.Errorf("%s does not answer", filepath.Base(binary))
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

func tokenFor(base string, a app) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.Secret}}
	answer, err := http.PostForm(base+"/oauth/token", form)
	if err != nil {
		return "", fmt.Errorf("get a token: %w", err)
	}
	defer answer.Body.Close()
	var t struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&t); err != nil || t.Token == "" {
		return "", errors.Join(errors.New("get a token: the answer has none"), err)
	}
	return t.Token, nil
}

// servePlain serves the server that is compared with.
func servePlain(ctx context.Context, database, listen string) error {
	handler, err := plainServer(ctx, database)
	if err != nil {
		return err
	}
	s := &http.Server{Addr: listen, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func drain(r io.ReadCloser) (int64, error) {
	n, err := io.Copy(io.Discard, r)
	return n, errors.Join(err, r.Close())
}
