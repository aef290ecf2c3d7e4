package audit

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/moment"
)

// The doors of what was shown to a person of the district. No app received
// anything by them.
const (
	DoorPreview = "preview" // an answer, in the place of the app that it would be for
	DoorPage    = "page"    // values of the roster, on a page of the rooms
)

// left is the condition of SQL that leaves out what no app received.
const left = "door NOT IN ('" + DoorPreview + "', '" + DoorPage + "')"

// Disclosure is one answer about one entity that is about to leave the house.
type Disclosure struct {
	RequestID string
	App       string   // of a page, the app that it is about, if it is about one
	Door      string   // what the app came through: "rest-1.1", "me"; or DoorPreview, DoorPage
	Actor     string   // the person it was shown to, where it was not sent to the app
	Reason    string   // of what a person saw, what it was if that is not plain: a fixed sentence
	Route     string   // the pattern, "/schools/{id}/students", never a concrete path
	Entity    string   // plural, as in the catalog
	Fields    []string // the names of the fields sent, masked ones included
	Metadata  []string // the metadata keys sent
	Types     []string // the types of userIds sent
	Masked    []string // those of Fields that were sent masked
	Filter    []string // the fields and operators that the app filtered by, never the literals: "givenName ~"

	// Records are the internal ids of what is sent. Nil is none. The bitmap is
	// read before Disclose returns and never changed.
	Records *roaring.Bitmap

	// Permission and Generation are the numbers that the answer was computed under.
	Permission int64
	Generation int64

	Nonce *Nonce // of a signed request
}

// Refusal is one request that was turned away.
type Refusal struct {
	RequestID string
	App       string // empty where nobody said who asks
	Address   string // the block of addresses of whoever could not prove who asks, never a whole address; else empty
	Door      string
	Actor     string // the person who asked in the place of the app, if one did
	Route     string // the pattern, never a concrete path
	Entity    string
	Status    int
	Reason    string // a code or a fixed sentence, never a value from the request

	Nonce *Nonce // of a signed request
}

// Nonce is what a signed request brings so that nobody can send it again. It is
// used up in the commit that puts the answer on record.
type Nonce struct {
	Consumer string
	Value    string
	Expires  time.Time // until when a request with its timestamp would be taken; it is kept a week longer
}

// Change is something that a person or a command did.
type Change struct {
	Actor   string // "cli:root"
	Action  string // "grant.save", "app.create", "import"
	App     string // the app it is about, if it is about one
	Subject string // what was changed, by our own id
	Reason  string // why, in the actor's words

	// Before and After are kept as JSON. They hold names and ids, never values
	// of a roster: no Bringer is among them. Nil is kept as null.
	Before, After any
}

// Kind tells the entries apart.
type Kind string

// The kinds.
const (
	KindDisclosure Kind = "disclosure"
	KindRefusal    Kind = "refusal"
	KindChange     Kind = "change"
)

// Entry is one row of the ledger. What a kind does not have is empty.
type Entry struct {
	ID         int64         // ascending
	Time       moment.Moment // of a change, when it was recorded
	Kind       Kind
	App        string
	RequestID  string
	Door       string
	Route      string
	Entity     string
	Fields     Names
	Metadata   Names
	Types      Names
	Masked     Names
	Filter     Names
	Records    []byte // see Sent
	Count      int64  // of records; of refusals that were counted, how many it stands for, and 0 for one by itself
	Permission int64
	Generation int64
	Status     int
	Reason     string
	Actor      string
	Action     string
	Subject    string
	Before     string  // JSON
	After      string  // JSON
	OutboxKey  *string // by which a change is known to be here already

	LastRequestID string // of refusals that were counted; RequestID is that of the first
	Address       string // of a refusal, the block of addresses of a stranger
}

// TableName is the table of the entries.
func (Entry) TableName() string { return "ledger_entries" }

// Sent is the set of internal ids of the records that a disclosure sent, empty
// for the other kinds.
func (e Entry) Sent() (*roaring.Bitmap, error) {
	set := roaring.New()
	if len(e.Records) == 0 {
		return set, nil
	}
	if err := set.UnmarshalBinary(e.Records); err != nil {
		return nil, fmt.Errorf("read the records of ledger entry %d: %w", e.ID, err)
	}
	return set, nil
}

// Origin is the network address that somebody signed in from, empty for any other entry.
func (e Entry) Origin() string {
	var after struct{ From string }
	if e.Action != "person.signin" || json.Unmarshal([]byte(e.After), &after) != nil {
		return ""
	}
	return after.From
}

// Names is a list of names, kept as a JSON array.
type Names []string

// Value is the JSON array, [] for a nil list.
func (n Names) Value() (driver.Value, error) {
	if n == nil {
		return "[]", nil
	}
	text, err := json.Marshal([]string(n))
	return string(text), err
}

// Scan reads a JSON array.
func (n *Names) Scan(src any) error {
	text, is := src.(string)
	if !is {
		return fmt.Errorf("read a list of names from a %T", src)
	}
	if *n = nil; text == "[]" { // as most lists are
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]string)(n))
}

func (d Disclosure) entry() (*Entry, error) {
	// A view may be shared by many answers: what is compacted is a copy.
	set := roaring.New()
	if d.Records != nil {
		set = d.Records.Clone()
	}
	set.RunOptimize()
	records, err := set.ToBytes()
	if err != nil {
		return nil, fmt.Errorf("write the records of a disclosure: %w", err)
	}
	e := &Entry{
		Kind: KindDisclosure, App: d.App, RequestID: d.RequestID, Door: d.Door, Actor: d.Actor, Reason: d.Reason, Route: d.Route, Entity: d.Entity,
		Fields: d.Fields, Metadata: d.Metadata, Types: d.Types, Masked: d.Masked, Filter: d.Filter,
		Records: records, Count: int64(set.GetCardinality()), Permission: d.Permission, Generation: d.Generation,
	}
	return e, e.check()
}

func (r Refusal) entry() (*Entry, error) {
	e := &Entry{
		Kind: KindRefusal, App: r.App, Address: r.Address, RequestID: r.RequestID, Door: r.Door, Actor: r.Actor, Route: r.Route, Entity: r.Entity,
		Records: []byte{}, Status: r.Status, Reason: r.Reason,
	}
	return e, e.check()
}

// check refuses text that PostgreSQL cannot hold. Such an entry would fail
// every other one that shares its commit.
func (e *Entry) check() error {
	for _, text := range []string{e.App, e.RequestID, e.Door, e.Actor, e.Route, e.Entity, e.Reason, e.Address} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return errors.New("write a ledger entry: its text is not UTF-8, or has a zero byte")
		}
	}
	return nil
}

// size is about how much memory the entry's variable parts take.
func (e *Entry) size() int {
	if e == nil {
		return 0
	}
	n := len(e.Records)
	for _, list := range []Names{e.Fields, e.Metadata, e.Types, e.Masked, e.Filter} {
		for _, name := range list {
			n += len(name)
		}
	}
	return n
}
