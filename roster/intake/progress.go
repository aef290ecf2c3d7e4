package intake

import "fmt"

// Step is how far an import is with a file of the package.
type Step struct {
	File    string
	Storing bool // its rows are stored, after every file was read twice

	// Done and Total are bytes of the file while it is read, and rows that are new,
	// changed or gone while they are stored.
	Done, Total int64
}

// progress tells how far a file was read.
func (imp *importing) progress(file string, done int64) error {
	return imp.tell(Step{File: file, Done: done, Total: imp.bundle.Sizes[file]})
}

// tell tells whoever wants to know, and ends an import that is interrupted.
func (imp *importing) tell(s Step) error {
	if err := imp.ctx.Err(); err != nil {
		return err
	}
	if imp.Progress == nil {
		return nil
	}
	return imp.Progress(s)
}

// toStore is how many rows an entity will write.
func (s *stage) toStore() int64 {
	return int64(s.fresh.rows+s.changed.rows) + int64(s.imp.removed[s.layout.Entity.Plural].GetCardinality())
}

// tell tells how many rows are stored, with so many of those at hand.
func (s *stage) tell(more int64) error {
	total := s.toStore()
	if total == 0 {
		return nil
	}
	return s.imp.tell(Step{File: s.layout.Entity.File(), Storing: true, Done: s.stored + more, Total: total})
}

// storing reads a spool for the database, and tells on the way how many of its rows
// that are, by the bytes.
type storing struct {
	stage      *stage
	spool      *spool
	read, size int64
	stopped    error // by whoever was told
}

// storing starts at a spool that was rewound.
func (s *stage) storing(from *spool) (*storing, error) {
	info, err := from.file.Stat()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStaging, err)
	}
	return &storing{stage: s, spool: from, size: info.Size()}, nil
}

// Read reads on and tells.
func (s *storing) Read(p []byte) (int, error) {
	n, err := s.spool.file.Read(p)
	if n == 0 || err != nil {
		return n, err
	}
	s.read += int64(n)
	s.stopped = s.stage.tell(int64(s.spool.rows) * s.read / max(s.size, s.read))
	return n, s.stopped
}
