package backup

import (
	"time"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
)

// format is the version of the archive that this build writes, and the newest that it
// reads.
const format = 1

// The members of an archive.
const (
	StoreFile  = "store.db"
	LedgerFile = "ledger.db"

	keyFile      = "key"
	manifestFile = "manifest.json"
)

// Manifest says what an archive holds.
type Manifest struct {
	Format     int                      `json:"format"`
	Rostergate string                   `json:"rostergate"` // the version of the build that took it
	Taken      time.Time                `json:"taken"`      // UTC
	Schema     map[migrations.Set]int64 `json:"schema"`
	Permission int64                    `json:"permission"`
	Generation int64                    `json:"generation"`
	Epoch      int64                    `json:"epoch"`
	Ledger     string                   `json:"ledger"`        // the random name of the ledger
	Newest     int64                    `json:"ledger_newest"` // the number of its newest entry
	KeyID      string                   `json:"key_id"`        // of the key that seals the store, empty where there is none
	Members    []Member                 `json:"members"`
}

// Member is one file of an archive.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// HasKey reports whether the encryption key is in the archive.
func (m Manifest) HasKey() bool {
	_, has := m.member(keyFile)
	return has
}

func (m Manifest) member(name string) (Member, bool) {
	for _, member := range m.Members {
		if member.Name == name {
			return member, true
		}
	}
	return Member{}, false
}

// check refuses what this build does not understand.
func (m Manifest) check() error {
	if m.Format < 1 {
		return damaged("its manifest has no format")
	}
	if m.Format > format {
		return fault.New(fault.Invalid, "the backup has format %d, made by rostergate %s, and this build of rostergate reads formats up to %d: use a newer one", m.Format, m.Rostergate, format)
	}
	for _, name := range []string{StoreFile, LedgerFile} {
		if _, has := m.member(name); !has {
			return damaged("its manifest does not name " + name)
		}
	}
	return nil
}

// damaged is an archive that is not what was taken.
func damaged(how string) error {
	return fault.New(fault.Invalid, "the backup is damaged or no backup of rostergate: %s; nothing of it can be trusted, use another", how)
}
