package optouts

import (
	"sync"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
)

// Memory remembers who is opted out of each app as of one permission revision, so that
// the many plans of an app share it. The zero Memory is empty. It may be used by several
// goroutines.
type Memory struct {
	mu    sync.Mutex
	at    revision.Stamp // its permission and epoch
	byApp map[string]policy.OptOuts
}

// Of is Of, read at most once for each app and revision. The stamp must be the one that
// tx sees.
func (m *Memory) Of(tx *gorm.DB, at revision.Stamp, app string) (policy.OptOuts, error) {
	if known, ok := m.remembered(at, app); ok {
		return known, nil
	}
	found, err := Of(tx, app)
	if err == nil {
		m.remember(at, app, found)
	}
	return found, err
}

func (m *Memory) remembered(at revision.Stamp, app string) (policy.OptOuts, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != permissions(at) {
		return policy.OptOuts{}, false
	}
	known, ok := m.byApp[app]
	return known, ok
}

// remember forgets what is of another revision: whichever it is, the next one who asks
// for it reads anew.
func (m *Memory) remember(at revision.Stamp, app string, found policy.OptOuts) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != permissions(at) {
		m.at, m.byApp = permissions(at), map[string]policy.OptOuts{}
	}
	m.byApp[app] = found
}

// permissions is the stamp without the roster, of which opt-outs say nothing.
func permissions(at revision.Stamp) revision.Stamp {
	return revision.Stamp{Permission: at.Permission, Epoch: at.Epoch, Marks: revision.Marks{Permission: at.Marks.Permission}}
}
