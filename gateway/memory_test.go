package gateway_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// wire is a network on which nothing is under way but what is being read: a server
// writes as far as its client reads.
type wire struct {
	ends chan net.Conn
	done chan struct{}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case end := <-w.ends:
		return end, nil
	case <-w.done:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { close(w.done); return nil }
func (w *wire) Addr() net.Addr { return &net.UnixAddr{Name: "wire"} }

// stuck is a client that has read the head of an answer and no more.
type stuck struct {
	conn net.Conn
	head *http.Response
}

// reading asks for a path and reads the head of the answer.
func reading(t *testing.T, w *wire, token, path string) stuck {
	t.Helper()
	client, server := net.Pipe()
	w.ends <- server
	if _, err := fmt.Fprintf(client, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", gatewaytest.Base+path, token); err != nil {
		t.Fatal(err)
	}
	head, err := http.ReadResponse(bufio.NewReaderSize(client, 16), nil)
	if err != nil {
		t.Fatal(err)
	}
	return stuck{client, head}
}

// rest reads an answer to its end.
func (s stuck) rest(t *testing.T) []byte {
	t.Helper()
	body, err := io.ReadAll(s.head.Body)
	if err != nil {
		t.Error(err)
	}
	_ = s.conn.Close()
	return body
}

func TestClientsThatDoNotReadHoldOnlySoMuchMemory(t *testing.T) {
	t.Parallel()
	const memory = 1 << 20
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.Start(t, s, gatewaytest.AnswerMemory(memory))
		w := &wire{make(chan net.Conn), make(chan struct{})}
		server := gateway.Server("wire", d.Server.Handler())
		go func() { _ = server.Serve(w) }()
		t.Cleanup(func() { _ = server.Close() })
		loud, quiet := d.Token("amplify"), d.Token("eduready360")

		var slow []stuck
		var refused stuck
		for {
			next := reading(t, w, loud, "/users")
			if next.head.StatusCode != http.StatusOK {
				refused = next
				break
			}
			if slow = append(slow, next); len(slow) > 100 {
				t.Fatal("there is no end")
			}
		}
		if refused.head.StatusCode != http.StatusServiceUnavailable || refused.head.Header.Get("Retry-After") == "" || refused.head.Header.Get("X-Total-Count") != "" {
			t.Errorf("the answer there is no room for is %d %v", refused.head.StatusCode, refused.head.Header)
		}
		id := refused.head.Header.Get("X-Request-Id")
		if found := d.Entries(id); len(found) != 1 || found[0].Kind != audit.KindRefusal || found[0].App != "amplify" || found[0].Status != 503 {
			t.Errorf("of it the ledger has %+v", found)
		}
		refused.rest(t)
		// Others have room, and so has the app when somebody reads on, or hangs up.
		if other := reading(t, w, quiet, "/users"); other.head.StatusCode != http.StatusOK {
			t.Errorf("another app got %d", other.head.StatusCode)
		} else if body := other.rest(t); !json.Valid(body) {
			t.Error("its answer is broken")
		}
		held := 0
		for i, one := range slow {
			if i == 0 {
				_ = one.conn.Close()
				again(t, w, loud)
				continue
			}
			body := one.rest(t)
			if !json.Valid(body) {
				t.Error("an answer that waited is broken")
			}
			held += len(body)
		}
		if len(slow) < 2 || held > memory/4 {
			t.Errorf("%d answers were under way, of %d bytes without the first; %d is the most", len(slow), held, memory/4)
		}
		again(t, w, loud)
	})
}

// again asks until there is room, as a client does that is told to come again.
func again(t *testing.T, w *wire, token string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		next := reading(t, w, token, "/users")
		next.rest(t)
		if next.head.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the room is not given back")
		}
	}
}

// A page that needed much memory leaves nothing of it to a short answer.
func TestAShortAnswerDoesNotHoldWhatALongOneNeeded(t *testing.T) {
	d := large(t, dbtest.New(t, database.SQLite))
	token, handler := d.Token("amplify"), d.Server.Handler()
	for range 5 {
		page(t, handler, token, 2500)
	}
	for _, records := range []int{1, 10, 1000} {
		if kept := gateway.BufferFor(d.Server, records); kept > 1<<20 {
			t.Errorf("an answer of %d records begins with a buffer of %d bytes", records, kept)
		}
	}
}
