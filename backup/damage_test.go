package backup_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/backup"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// members reads an archive as any program would.
func members(t testing.TB, file string) map[string][]byte {
	t.Helper()
	inside, err := zip.OpenReader(file)
	must(t, err)
	defer inside.Close()
	all := map[string][]byte{}
	for _, member := range inside.File {
		from, err := member.Open()
		must(t, err)
		all[member.Name], err = io.ReadAll(from)
		must(t, err)
	}
	return all
}

// rewritten writes an archive of other members.
func rewritten(t testing.TB, all map[string][]byte) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range all {
		to, err := w.Create(name)
		must(t, err)
		_, err = to.Write(content)
		must(t, err)
	}
	must(t, w.Close())
	return written(t, out.Bytes())
}

func written(t testing.TB, content []byte) string {
	t.Helper()
	file := filepath.Join(dbtest.Folder(t), "backup.zip")
	must(t, os.WriteFile(file, content, 0o600))
	return file
}

// putBack opens and unpacks an archive.
func putBack(t testing.TB, file string) (folder string, err error) {
	t.Helper()
	a, err := backup.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = a.Close() }()
	folder = dbtest.Folder(t)
	if err := a.Unpack(t.Context(), folder); err != nil {
		return folder, err
	}
	_, err = a.Key()
	return folder, err
}

func TestAnArchiveThatIsCutOffIsRefused(t *testing.T) {
	p := newPair(t)
	file, _ := p.take(t, p.source())
	whole, err := os.ReadFile(file)
	must(t, err)
	for cut := 0; cut < len(whole); cut += 1 + len(whole)/50 {
		if _, err := putBack(t, written(t, whole[:cut])); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "damaged") {
			t.Fatalf("of %d bytes %d are taken for a backup: %v", len(whole), cut, err)
		}
	}
}

func TestAnArchiveThatWasAlteredIsRefusedOrTheSame(t *testing.T) {
	p := newPair(t)
	p.discloses(t)
	s := p.source()
	s.Key = p.key
	file, _ := p.take(t, s)
	whole, err := os.ReadFile(file)
	must(t, err)
	want := members(t, file)
	refusals := 0
	for at := 0; at < len(whole); at += 1 + len(whole)/200 {
		altered := bytes.Clone(whole)
		altered[at] ^= 0x55
		folder, err := putBack(t, written(t, altered))
		if err != nil {
			refusals++
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("byte %d: %v", at, err)
			}
			continue
		}
		for _, name := range []string{backup.StoreFile, backup.LedgerFile} {
			if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !bytes.Equal(got, want[name]) {
				t.Errorf("with byte %d altered another %s was put back, %v", at, name, err)
			}
		}
	}
	if refusals < 150 {
		t.Errorf("only %d alterations were noticed", refusals)
	}
}

func TestWhatIsNotWhatWasTakenIsRefused(t *testing.T) {
	p, other := newPair(t), newPair(t)
	s := p.source()
	s.Key = p.key
	file, _ := p.take(t, s)
	foreign, _ := other.take(t, other.source())
	alter := func(change func(all map[string][]byte)) string {
		all := members(t, file)
		change(all)
		return rewritten(t, all)
	}
	manifest := func(key string, value any) string {
		return alter(func(all map[string][]byte) {
			var m map[string]any
			must(t, json.Unmarshal(all["manifest.json"], &m))
			m[key] = value
			all["manifest.json"], _ = json.Marshal(m)
		})
	}
	for words, file := range map[string]string{
		"store.db is not what was taken":  alter(func(all map[string][]byte) { all["store.db"] = members(t, foreign)["store.db"] }),
		"ledger.db is not what was taken": alter(func(all map[string][]byte) { all["ledger.db"] = append(all["ledger.db"], 0) }),
		"key is not what was taken":       alter(func(all map[string][]byte) { all["key"] = []byte(other.key.Text()) }),
		"it has no ledger.db":             alter(func(all map[string][]byte) { delete(all, "ledger.db") }),
		"it has no manifest.json":         alter(func(all map[string][]byte) { delete(all, "manifest.json") }),
		"its manifest cannot be read":     alter(func(all map[string][]byte) { all["manifest.json"] = []byte("{") }),
		"its manifest has no format":      manifest("format", 0),
		"use a newer one":                 manifest("format", 2),
		"does not name store.db":          manifest("members", nil),
	} {
		folder, err := putBack(t, file)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), words) {
			t.Errorf("%v; want %q", err, words)
		}
		if strings.Contains(words, "store.db is not") {
			if left, _ := os.ReadDir(folder); len(left) > 1 {
				t.Errorf("left is %v", left)
			}
		}
	}
}

func TestASchemaThatIsNewerThanThisBuildIsNotPutBack(t *testing.T) {
	p := newPair(t)
	must(t, p.DB.Write.Exec("INSERT INTO store_migrations (version_id, is_applied) VALUES (9999, 1)").Error)
	file, m := p.take(t, p.source())
	if m.Schema["store"] != 9999 {
		t.Errorf("the manifest tells of schema %v", m.Schema)
	}
	if _, err := putBack(t, file); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "version 9999") {
		t.Errorf("%v; want both versions named", err)
	}
}
