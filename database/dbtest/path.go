package dbtest

import (
	"context"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Path is a way to a PostgreSQL store through the network that can freeze: what is
// sent then is taken, and nothing comes back.
type Path struct {
	URL string

	mu     sync.Mutex
	frozen chan struct{} // closed while the path is clear
}

// Path opens a way to the store.
func (s Store) Path(t testing.TB) *Path {
	t.Helper()
	settings, err := pgx.ParseConfig(s.URL)
	if err != nil {
		t.Fatalf("read the store's URL: %v", err)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p := &Path{frozen: make(chan struct{})}
	close(p.frozen)
	u := url.URL{Scheme: "postgres", Host: listener.Addr().String(), Path: "/" + settings.Database, RawQuery: "sslmode=disable"}
	u.User = url.UserPassword(settings.User, settings.Password)
	p.URL = u.String()
	network, address := pgconn.NetworkAddress(settings.Host, settings.Port)
	go p.accept(listener, network, address)
	return p
}

func (p *Path) accept(listener net.Listener, network, address string) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		far, err := new(net.Dialer).Dial(network, address)
		if err != nil {
			_ = near.Close()
			continue
		}
		go p.forward(far, near)
		go p.forward(near, far)
	}
}

// forward passes on what comes while the path is clear.
func (p *Path) forward(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	some := make([]byte, 32<<10)
	for {
		n, err := from.Read(some)
		<-p.clear()
		if _, failed := to.Write(some[:n]); failed != nil || err != nil {
			return
		}
	}
}

func (p *Path) clear() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.frozen
}

// Freeze stops the path.
func (p *Path) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = make(chan struct{})
}

// Thaw lets what was stopped go on.
func (p *Path) Thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.frozen)
}
