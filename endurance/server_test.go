package endurance_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dghubble/oauth1"
)

// public is how apps know every server here, so that what was signed for one is
// signed for the next.
const public = "http://roster.example.org"

const base = public + "/ims/oneroster/v1p1"

// server is a running `rostergate serve`.
type server struct {
	t       testing.TB
	cmd     *exec.Cmd
	address string
	house   *house
	messages
}

// messages is what a process writes to its standard error.
type messages struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan string // the address
	ended chan struct{}
}

func (m *messages) follow(from io.Reader) {
	defer close(m.ended)
	for lines := bufio.NewScanner(from); lines.Scan(); {
		m.mu.Lock()
		m.text.Write(append(lines.Bytes(), '\n'))
		m.mu.Unlock()
		if found := serving.FindStringSubmatch(lines.Text()); found != nil {
			m.ready <- found[1] // which a server says once
		}
	}
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.String()
}

// serving is the line of the log that says where a server answers.
var serving = regexp.MustCompile(`"msg":"serving".*"address":"(127\.0\.0\.1:\d+)"`)

// serve starts a server and waits until it is ready.
func (h *house) serve() *server {
	h.t.Helper()
	s := &server{t: h.t, house: h, cmd: h.command("serve", "--listen", "127.0.0.1:0", "--public-url", public, "--rate", "0")}
	s.ready, s.ended = make(chan string, 1), make(chan struct{})
	out, err := s.cmd.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	h.start(s.cmd)
	h.t.Cleanup(s.kill)
	go s.follow(out)
	select {
	case s.address = <-s.ready:
	case <-s.ended:
		h.t.Fatalf("the server ended:\n%s", &s.messages)
	}
	within(h.t, "the server is ready", func() bool { return s.status("/readyz") == http.StatusOK })
	return s
}

// kill ends the server at once, as kill -9 does.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
	_ = s.cmd.Wait()
}

// transport reaches the server whatever host a URL names.
func (s *server) transport() *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.address)
	}}
}

// status asks for a path and returns the status, 0 where there is no answer.
func (s *server) status(path string) int {
	transport := s.transport()
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, Timeout: time.Minute}).Get(public + path)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// bearer is a client of the registered app with a new token.
func (s *server) bearer() *client {
	s.t.Helper()
	c := &client{server: s, http: &http.Client{Transport: s.transport()}}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {s.house.clientID}, "client_secret": {s.house.word}}
	answer, err := c.http.PostForm(public+"/oauth/token", form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var token struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&token); err != nil || token.Token == "" {
		s.t.Fatalf("no token: %s, %v", answer.Status, err)
	}
	c.token = token.Token
	return c
}

// signing is a client of the registered app that signs by OAuth 1.0a.
func (s *server) signing() *client {
	c := &client{server: s}
	ctx := context.WithValue(context.Background(), oauth1.HTTPClient, &http.Client{Transport: keeping{s.transport(), c}})
	c.http = oauth1.NewConfig(s.house.clientID, s.house.word).Client(ctx, oauth1.NewToken("", ""))
	return c
}

// client is one caller, who asks one thing after another.
type client struct {
	server *server
	http   *http.Client
	token  string
	signed string // the header of the last request
}

// keeping notes how a request was signed.
type keeping struct {
	http.RoundTripper
	client *client
}

// RoundTrip notes the signature and goes on.
func (k keeping) RoundTrip(r *http.Request) (*http.Response, error) {
	k.client.signed = r.Header.Get("Authorization")
	return k.RoundTripper.RoundTrip(r)
}

func (c *client) get(address string) (*http.Response, error) {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return c.http.Do(r)
}

// replay sends a signature again.
func (c *client) replay(address, signature string) (*http.Response, error) {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", signature)
	return (&http.Client{Transport: c.server.transport()}).Do(r)
}

var behind = regexp.MustCompile(`<([^<>]+)>; rel="next"`)

// receipt is what a client knows of an answer that it began to read.
type receipt struct {
	id, address, signed string
	next                string // the page behind it, by its Link header
	status, count       int
	bytes               int64
	whole               bool
	body                []byte // of a whole one
}

// pull asks for a page and reads all that comes of it. Where between is set, it
// is called behind the first bytes, and the others are left. There is no receipt
// where no header came.
func (c *client) pull(address string, between func()) (receipt, bool) {
	answer, err := c.get(address)
	if err != nil {
		return receipt{}, false
	}
	defer answer.Body.Close()
	r := receipt{id: answer.Header.Get("X-Request-Id"), address: address, signed: c.signed, status: answer.StatusCode}
	r.count, _ = strconv.Atoi(answer.Header.Get("X-Count"))
	if found := behind.FindStringSubmatch(answer.Header.Get("Link")); found != nil {
		r.next = found[1]
	}
	var body bytes.Buffer
	if between != nil {
		r.bytes, _ = io.CopyN(&body, answer.Body, 1024)
		between()
		return r, true
	}
	r.bytes, err = io.Copy(&body, answer.Body)
	r.whole, r.body = err == nil, body.Bytes()
	return r, true
}

// answers asks for a page and checks how it is answered. What is refused is
// empty; what is sent goes into the journal.
func (s *server) answers(c *client, j *journal, want int) {
	s.t.Helper()
	r, ok := c.pull(base+"/users?limit=10", nil)
	switch {
	case !ok || r.status != want:
		s.t.Errorf("the answer is %d, wanted %d\n%s", r.status, want, &s.messages)
	case want == http.StatusOK:
		j.add(r)
	case want == http.StatusServiceUnavailable && r.bytes > 0:
		s.t.Errorf("a refusal is not empty: %s", r.body)
	}
}

// records are the records in a list's body.
func (r receipt) records(t testing.TB) []json.RawMessage {
	t.Helper()
	var envelope map[string][]json.RawMessage
	decode(t, r.body, &envelope)
	for _, list := range envelope {
		return list
	}
	return nil
}
