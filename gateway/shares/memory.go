package shares

import (
	"sync"

	"github.com/rostergate/rostergate/fault"
)

// Memory bounds what is held for clients that read slowly. An app may hold a quarter
// of it, and no more than half of what the others leave: so no app that reads slowly
// takes the last of it from the next one.
type Memory struct {
	inAll int64

	mu    sync.Mutex
	taken int64
	byApp map[string]int64
}

// NewMemory is room for so many bytes, none of which is taken.
func NewMemory(inAll int64) *Memory { return &Memory{inAll: inAll, byApp: map[string]int64{}} }

// Hold takes the room of an answer; where there is none, it is a fault.Unavailable. An
// answer that is alone is always let through, and an app's first one may be larger than
// a quarter.
func (m *Memory) Hold(app string, bytes int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	own, left := m.byApp[app], m.inAll-m.taken
	fits := own+2*bytes <= left && (own == 0 || own+bytes <= m.inAll/4)
	if m.taken > 0 && !fits {
		return fault.New(fault.Unavailable, "too many answers to the app are being sent")
	}
	m.taken += bytes
	m.byApp[app] += bytes
	return nil
}

// Taken is how many bytes are held now.
func (m *Memory) Taken() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.taken
}

// Release gives the room of an answer back.
func (m *Memory) Release(app string, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.taken -= bytes
	if m.byApp[app] -= bytes; m.byApp[app] == 0 {
		delete(m.byApp, app)
	}
}
