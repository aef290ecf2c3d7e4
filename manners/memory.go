package manners

import (
	"sync"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/revision"
)

// Memory remembers the manners of apps as of one permission revision. The zero Memory is
// empty. It may be used by several goroutines.
type Memory struct {
	mu    sync.Mutex
	at    revision.Stamp // its permission and epoch
	byApp map[string]Manners
}

// Of is Read, at most once for each app and revision. The stamp must be the one that tx sees.
func (m *Memory) Of(tx *gorm.DB, at revision.Stamp, app string) (Manners, error) {
	if known, ok := m.Remembered(at, app); ok {
		return known, nil
	}
	found, err := Read(tx, app)
	if err == nil {
		m.remember(at, app, found)
	}
	return found, err
}

// Remembered are the manners of an app at a stamp, where they were read.
func (m *Memory) Remembered(at revision.Stamp, app string) (Manners, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != permissions(at) {
		return Manners{}, false
	}
	known, ok := m.byApp[app]
	return known, ok
}

// remember forgets what is of another revision: whoever asks for it reads anew.
func (m *Memory) remember(at revision.Stamp, app string, found Manners) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != permissions(at) {
		m.at, m.byApp = permissions(at), map[string]Manners{}
	}
	m.byApp[app] = found
}

// permissions is the stamp without the roster, of which manners say nothing.
func permissions(at revision.Stamp) revision.Stamp {
	return revision.Stamp{Permission: at.Permission, Epoch: at.Epoch, Marks: revision.Marks{Permission: at.Marks.Permission}}
}
