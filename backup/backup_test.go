package backup_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/backup"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
)

// pair is a store with its ledger, in use.
type pair struct {
	dbtest.Store
	ledger *audit.Ledger
	key    secret.Key
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{Store: dbtest.New(t, database.SQLite)}
	must(t, audit.Join(t.Context(), p.Ledger, p.DB))
	var err error
	p.key, err = secret.New(rand.Reader)
	must(t, err)
	must(t, (&apps.Registry{DB: p.DB, Key: p.key}).CheckKey(t.Context()))
	p.ledger = audit.Open(p.Ledger, p.DB, time.Now)
	t.Cleanup(p.ledger.Close)
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// source is what is copied, with nothing put on record unless told.
func (p *pair) source() backup.Source {
	return backup.Source{
		Store: p.DB, Ledger: p.Ledger, Build: "v0", Clock: time.Now,
		Record: func(context.Context) error { return nil },
	}
}

func (p *pair) discloses(t testing.TB) {
	t.Helper()
	must(t, p.ledger.Disclose(context.Background(), audit.Disclosure{RequestID: "r", App: "library", Entity: "users"}))
}

func (p *pair) changes(t testing.TB) {
	t.Helper()
	must(t, p.ledger.Note(context.Background(), audit.Change{Actor: "cli:root", Action: "grant.save"}))
	_, err := p.ledger.Sequence(context.Background())
	must(t, err)
}

// take takes a backup into a new folder.
func (p *pair) take(t testing.TB, s backup.Source) (string, backup.Manifest) {
	t.Helper()
	file := filepath.Join(dbtest.Folder(t), "backup.zip")
	m, err := backup.Take(context.Background(), file, s)
	must(t, err)
	return file, m
}

// unpack puts the databases of an archive into a new folder and opens them.
func unpack(t testing.TB, file string) (s dbtest.Store, a *backup.Archive) {
	t.Helper()
	a, err := backup.Open(file)
	must(t, err)
	t.Cleanup(func() { _ = a.Close() })
	folder := dbtest.Folder(t)
	must(t, a.Unpack(context.Background(), folder))
	for name, db := range map[string]**database.Database{backup.StoreFile: &s.DB, backup.LedgerFile: &s.Ledger} {
		info, err := os.Stat(filepath.Join(folder, name))
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		*db, err = database.Open(context.Background(), "sqlite:"+filepath.Join(folder, name), database.Options{})
		must(t, err)
		opened := *db
		t.Cleanup(func() { _ = opened.Close() })
	}
	return s, a
}

func count(t testing.TB, db *database.Database, table string) (n int64) {
	t.Helper()
	must(t, db.Read.Table(table).Count(&n).Error)
	return n
}

func TestWhatIsInTheLogOfARunningServerIsInTheBackup(t *testing.T) {
	p := newPair(t)
	for range 5 {
		p.discloses(t)
	}
	p.changes(t)
	s := p.source()
	s.Record = func(ctx context.Context) error {
		return p.ledger.Enter(ctx, audit.Change{Actor: "cli:root", Action: "store.backup"})
	}
	file, m := p.take(t, s)
	back, a := unpack(t, file)
	if n := count(t, back.Ledger, "ledger_entries"); n != 7 || m.Newest != 7 {
		t.Errorf("the copy has %d entries up to %d; want 7, its own among them", n, m.Newest)
	}
	must(t, audit.Whole(t.Context(), back.Ledger, back.DB))
	if m.HasKey() || m.KeyID != p.key.ID() || a.Manifest.KeyID != m.KeyID {
		t.Errorf("the manifest tells of the key %q, in the archive: %v", m.KeyID, m.HasKey())
	}
	if key, err := a.Key(); err != nil || key.ID() != "" {
		t.Errorf("a key that nobody asked for is in the archive: %v, %v", key, err)
	}
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the archive has mode %v", info.Mode())
	}
	beside, err := os.ReadDir(filepath.Dir(file))
	must(t, err)
	if len(beside) != 1 {
		t.Errorf("beside the archive lies %v", beside)
	}
	content, err := os.ReadFile(file)
	must(t, err)
	if strings.Contains(string(content), p.key.Text()) {
		t.Error("the key is in the file")
	}
}

func TestTheKeyIsInTheBackupWhereItIsWanted(t *testing.T) {
	p := newPair(t)
	s := p.source()
	s.Key = p.key
	file, m := p.take(t, s)
	_, a := unpack(t, file)
	key, err := a.Key()
	if err != nil || key.ID() != p.key.ID() || !m.HasKey() {
		t.Errorf("the archive has the key %v, %v; want %v", key, err, p.key)
	}
}

func TestABackupIsWholeWhileOthersReadAndWrite(t *testing.T) {
	p := newPair(t)
	ctx, stop := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	wrote := make(chan struct{}, 1)
	for _, write := range []func(testing.TB){p.discloses, p.changes} {
		writing.Go(func() {
			for ctx.Err() == nil {
				write(t)
				select {
				case wrote <- struct{}{}:
				default:
				}
			}
		})
	}
	var files []string
	for range 5 {
		<-wrote
		s := p.source()
		s.Record = func(context.Context) error { // between the two copies much may happen
			for range 20 {
				<-wrote
			}
			return nil
		}
		file, _ := p.take(t, s)
		files = append(files, file)
	}
	stop()
	go func() {
		for range wrote { // whoever waits to say that it wrote
		}
	}()
	writing.Wait()
	close(wrote)
	for _, file := range files {
		back, _ := unpack(t, file)
		must(t, audit.Whole(t.Context(), back.Ledger, back.DB))
		must(t, audit.Join(t.Context(), back.Ledger, back.DB))
		l := audit.Open(back.Ledger, back.DB, time.Now)
		_, err := l.Sequence(t.Context()) // what waited in the copied outbox is known by its key
		must(t, err)
		l.Close()
		if n := count(t, back.DB, "outbox"); n != 0 {
			t.Errorf("%d changes wait", n)
		}
	}
}

func TestABackupDoesNotWaitForALongImport(t *testing.T) {
	p := newPair(t)
	p.discloses(t)
	must(t, p.DB.Write.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE numbers SET value = value + 1").Error; err != nil {
			return err
		}
		s := p.source()
		s.Record = func(ctx context.Context) error {
			return p.ledger.Enter(ctx, audit.Change{Actor: "cli:root", Action: "store.backup"})
		}
		_, m := p.take(t, s)
		if m.Permission != 0 || m.Newest != 2 {
			t.Errorf("the copy is at permission %d and entry %d; want 0 and 2", m.Permission, m.Newest)
		}
		return nil
	}))
}

func TestWithoutARecordThereIsNoBackup(t *testing.T) {
	p := newPair(t)
	s := p.source()
	s.Record = func(context.Context) error { return errors.New("the ledger cannot be written") }
	folder := dbtest.Folder(t)
	if _, err := backup.Take(t.Context(), filepath.Join(folder, "backup.zip"), s); err == nil {
		t.Error("a copy was taken and is not on record")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 0 {
		t.Errorf("left is %v, %v", left, err)
	}
}

func TestABackupReplacesNothing(t *testing.T) {
	p := newPair(t)
	file := filepath.Join(dbtest.Folder(t), "backup.zip")
	must(t, os.WriteFile(file, []byte("mine"), 0o644))
	if _, err := backup.Take(t.Context(), file, p.source()); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v; want a conflict", err)
	}
	// Somebody may make the file while the copy is taken.
	late := filepath.Join(dbtest.Folder(t), "backup.zip")
	s := p.source()
	s.Record = func(context.Context) error { return os.WriteFile(late, []byte("mine"), 0o644) }
	if _, err := backup.Take(t.Context(), late, s); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v; want a conflict", err)
	}
	for _, path := range []string{file, late} {
		if content, err := os.ReadFile(path); err != nil || string(content) != "mine" {
			t.Errorf("the file is %q now, %v", content, err)
		}
		if beside, err := os.ReadDir(filepath.Dir(path)); err != nil || len(beside) != 1 {
			t.Errorf("beside it lies %v, %v", beside, err)
		}
	}
}
