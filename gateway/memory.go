package gateway

import (
	"net/http"
	"sync"
)

// answerMemory is how many bytes the answers that are being sent may take, unless
// Gateway.AnswerMemory says otherwise.
const answerMemory = 256 << 20

// memory bounds what is held for clients that read slowly. An app may hold a quarter
// of it, and no more than half of what the others leave: so no app that reads slowly
// takes the last of it from the next one.
type memory struct {
	inAll int64

	mu    sync.Mutex
	taken int64
	byApp map[string]int64
}

func newMemory(inAll int64) *memory { return &memory{inAll: inAll, byApp: map[string]int64{}} }

// hold takes the room of an answer, or refuses it where there is none. An answer that
// is alone is always let through, and an app's first one may be larger than a quarter.
func (m *memory) hold(app string, bytes int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	own, left := m.byApp[app], m.inAll-m.taken
	fits := own+2*bytes <= left && (own == 0 || own+bytes <= m.inAll/4)
	if m.taken > 0 && !fits {
		return problem{
			status: http.StatusServiceUnavailable, empty: true, minor: serverBusy, retry: 5,
			description: "too many answers to the app are being sent",
		}
	}
	m.taken += bytes
	m.byApp[app] += bytes
	return nil
}

// release gives the room of an answer back.
func (m *memory) release(app string, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.taken -= bytes
	if m.byApp[app] -= bytes; m.byApp[app] == 0 {
		delete(m.byApp, app)
	}
}

// hold takes room in memory for an answer that is to be sent.
func (g *Gateway) hold(a *answer) error {
	err := g.memory.hold(a.caller.App, a.size())
	if err != nil {
		g.bodies.giveBack(a.body)
	}
	return err
}

// letGo ends the hold on an answer: it was sent, or nobody reads it any more.
func (g *Gateway) letGo(a *answer) {
	g.memory.release(a.caller.App, a.size())
	g.bodies.giveBack(a.body)
}

// size is how many bytes of memory the body takes.
func (a *answer) size() int64 { return int64(cap(a.body)) }
