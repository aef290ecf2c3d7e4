package paging

import "time"

// The bounds of what is remembered.
const (
	MaxWalks      = maxWalks
	MaxAllWalks   = maxAllWalks
	MaxAllBytes   = maxAllBytes
	WalkLife      = walkLife
	SweepInterval = sweepInterval
)

// Counted is how many walks are remembered, of how many readers, and their bytes, counted
// anew.
func (all *Walks) Counted() (walks, readers, bytes int) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, own := range all.byReader {
		readers++
		for _, w := range own.walks {
			walks++
			bytes += w.size()
		}
	}
	return walks, readers, bytes
}

// Knows reports whether a page at an offset would be one of a walk that is remembered.
func (all *Walks) Knows(s Step, of State, now time.Time) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	own := all.byReader[s.Reader]
	return own != nil && own.leadingTo(s, of, now) != nil
}
