package backup

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/secret"
)

// Source is what is copied.
type Source struct {
	Store, Ledger *database.Database // SQLite, migrated
	Key           secret.Key         // the zero Key is left out
	Build         string             // the version of this build
	Clock         func() time.Time

	// Record puts on record that a copy is taken. It is called before the ledger is
	// copied, so that the copy has it, and before the archive can be seen.
	Record func(context.Context) error
}

// Take writes an archive, which only its owner may read, beside its name and gives it
// the name when it is whole and on disk. A file of that name is a fault.Conflict, and is
// left alone.
//
// Each database is copied as it is at one moment, and these are two moments, so that the
// order matters. The store comes first. It knows of entries that were durable when it
// was copied; all of them are in a ledger that is copied afterwards, and the pair is
// whole. The other way about, the store would know of entries that the copy of the
// ledger does not have, as if they had been lost. What the ledger has beyond its store
// does no harm: changes that still wait in the copied outbox are known to it by their
// keys, and ids that were disclosed meanwhile are passed over when an epoch begins.
func Take(ctx context.Context, file string, s Source) (Manifest, error) {
	d, err := begin(file)
	if err != nil {
		return Manifest{}, err
	}
	defer d.end()
	d.manifest = Manifest{
		Format: format, Rostergate: s.Build, Taken: s.Clock().UTC().Truncate(time.Second), Schema: map[migrations.Set]int64{},
	}
	if err := d.gather(ctx, s); err != nil {
		return Manifest{}, err
	}
	return d.manifest, d.publish(file)
}

func (d *draft) gather(ctx context.Context, s Source) error {
	known, err := d.store(ctx, s)
	if err != nil {
		return err
	}
	if err := s.Record(ctx); err != nil {
		return fmt.Errorf("put the backup on record: %w", err)
	}
	if err := d.ledger(ctx, s); err != nil {
		return err
	}
	if d.manifest.Newest < known.Newest || known.Ledger != "" && known.Ledger != d.manifest.Ledger {
		return errors.New("back up the ledger: its copy is not the one that the copied store knows")
	}
	if s.Key.ID() != "" {
		if err := d.add(keyFile, strings.NewReader(s.Key.Text()+"\n")); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(d.manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return d.write(manifestFile, strings.NewReader(string(text)+"\n"))
}

// store copies the store, and returns what the copy knows of the ledger.
func (d *draft) store(ctx context.Context, s Source) (known audit.Extent, err error) {
	return known, d.copied(ctx, s.Store, StoreFile, func(made *database.Database) error {
		stamp, err := revision.Read(made.Read.WithContext(ctx))
		if err != nil {
			return err
		}
		d.manifest.Permission, d.manifest.Generation, d.manifest.Epoch = stamp.Permission, stamp.Generation, stamp.Epoch
		if d.manifest.KeyID, err = apps.SealedWith(made.Read.WithContext(ctx)); err != nil {
			return err
		}
		if known, err = audit.Expected(ctx, made); err != nil {
			return err
		}
		return d.schema(ctx, made, migrations.Store)
	})
}

func (d *draft) ledger(ctx context.Context, s Source) error {
	return d.copied(ctx, s.Ledger, LedgerFile, func(made *database.Database) error {
		extent, err := audit.Reaches(ctx, made)
		if err != nil {
			return err
		}
		d.manifest.Ledger, d.manifest.Newest = extent.Ledger, extent.Newest
		return d.schema(ctx, made, migrations.Ledger)
	})
}

func (d *draft) schema(ctx context.Context, made *database.Database, set migrations.Set) error {
	schema, err := made.Schema(ctx, set)
	d.manifest.Schema[set] = schema.Has
	return err
}

// copied adds the copy of a database once it was looked at. The copy itself goes at
// once, to take no more room than needed.
func (d *draft) copied(ctx context.Context, from *database.Database, name string, look func(made *database.Database) error) error {
	path := filepath.Join(d.folder, name)
	if err := from.CopyTo(ctx, path); err != nil {
		return fmt.Errorf("back up %s: %w", filepath.Base(from.Path), err)
	}
	if err := with(ctx, path, look); err != nil {
		return fmt.Errorf("look at the copy of %s: %w", filepath.Base(from.Path), err)
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the copy of %s: %w", filepath.Base(from.Path), err)
	}
	defer file.Close()
	if err := d.add(name, file); err != nil {
		return err
	}
	return os.Remove(path)
}

// with opens a SQLite file for as long as fn looks at it. Once it is closed all of it
// is in the one file.
func with(ctx context.Context, path string, fn func(*database.Database) error) error {
	db, err := database.Open(ctx, "sqlite:"+path, database.Options{Connections: 1})
	if err != nil {
		return err
	}
	return errors.Join(fn(db), db.Close())
}

// add writes a member and notes it in the manifest.
func (d *draft) add(name string, from io.Reader) error {
	sum, counted := sha256.New(), &counter{}
	if err := d.write(name, io.TeeReader(from, io.MultiWriter(sum, counted))); err != nil {
		return err
	}
	d.manifest.Members = append(d.manifest.Members, Member{Name: name, Size: counted.n, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (d *draft) write(name string, from io.Reader) error {
	to, err := d.archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.manifest.Taken})
	if err == nil {
		_, err = io.Copy(to, from)
	}
	if err != nil {
		return fmt.Errorf("write %s into the backup: %w", name, err)
	}
	return nil
}

// quick deflates fast: what is copied is large, and a server may share the machine.
func quick(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestSpeed) }

type counter struct{ n int64 }

// Write counts.
func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
