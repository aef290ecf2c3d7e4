package paging_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/gateway/paging"
	"github.com/rostergate/rostergate/revision"
)

// steady is a roster in which nothing changes.
func steady() paging.State {
	return paging.State{Follows: func(revision.State) bool { return true }}
}

// people are so many records.
func people(n int) paging.List {
	set := roaring.New()
	set.AddRange(1, uint64(n)+1)
	return paging.List{Set: set}
}

func first(reader string) paging.Step { return paging.Step{Reader: reader, List: "/users", Limit: 10} }

func second(reader string) paging.Step {
	return paging.Step{Reader: reader, List: "/users", Offset: 10, Limit: 10}
}

func TestWalksOfReadersWhoNeverComeAgainAreLetGo(t *testing.T) {
	walks, now := paging.NewWalks(), time.Now()
	for n := range 100 {
		walks.Page(first(fmt.Sprint("idle", n)), people(50), steady(), now)
	}
	walks.Page(first("walker"), people(50), steady(), now)
	now = now.Add(paging.WalkLife - paging.SweepInterval)
	walks.Page(second("walker"), people(50), steady(), now)
	if n, readers, _ := walks.Counted(); n != 101 || readers != 101 {
		t.Errorf("before their time is over %d walks of %d readers are remembered", n, readers)
	}
	now = now.Add(2 * paging.SweepInterval)
	walks.Page(paging.Step{Reader: "walker", List: "/users", Offset: 20, Limit: 10}, people(50), steady(), now)
	if n, readers, _ := walks.Counted(); n != 1 || readers != 1 {
		t.Errorf("of 100 readers who came once and of one who walks, %d walks of %d readers are remembered", n, readers)
	}
	walks.LetGo(now.Add(paging.WalkLife + time.Second))
	if n, readers, bytes := walks.Counted(); n+readers+bytes != 0 {
		t.Errorf("when nobody asks any more %d walks of %d readers are remembered, in %d bytes", n, readers, bytes)
	}
}

func TestWalksAreBoundedHoweverManyReadersBeginThem(t *testing.T) {
	walks, now := paging.NewWalks(), time.Now()
	for n := range 2 * paging.MaxAllWalks {
		walks.Page(first(fmt.Sprint(n)), people(50), steady(), now)
	}
	if n, _, _ := walks.Counted(); n > paging.MaxAllWalks {
		t.Errorf("%d walks are remembered, %d are the most", n, paging.MaxAllWalks)
	}
	if !walks.Knows(second(fmt.Sprint(2*paging.MaxAllWalks-1)), steady(), now) {
		t.Error("the latest is not among them")
	}
}

func TestWalksAreBoundedInBytes(t *testing.T) {
	walks, now, large := paging.NewWalks(), time.Now(), people(1<<20)
	large.Order = make([]uint32, 1<<20) // 4 MiB
	for n := range 100 {
		walks.Page(first(fmt.Sprint(n)), large, steady(), now)
	}
	if n, _, bytes := walks.Counted(); bytes > paging.MaxAllBytes || n < 2 {
		t.Errorf("%d walks are remembered, in %d bytes; %d are the most", n, bytes, paging.MaxAllBytes)
	}
	n, _, bytes := walks.Counted()
	// The last page of each is charged with the next.
	if kept, charged := walks.Held(); kept != n || charged < bytes*99/100 || charged > paging.MaxAllBytes {
		t.Errorf("%d walks in %d bytes are told, there are %d in %d", kept, charged, n, bytes)
	}
}

// Who begins walks without end pushes out none of whoever has one.
func TestAReaderOfManyWalksPushesOutItsOwn(t *testing.T) {
	walks, now := paging.NewWalks(), time.Now()
	walks.Page(first("quiet"), people(50), steady(), now)
	for n := range 4 * paging.MaxAllWalks {
		walks.Page(first(fmt.Sprint("loud", n%40)), people(50), steady(), now)
	}
	n, _, _ := walks.Counted()
	if !walks.Knows(second("quiet"), steady(), now) || n > paging.MaxAllWalks {
		t.Errorf("of %d walks that are remembered none is the quiet reader's", n)
	}
}

func TestAWalkIsRememberedWhileItLeadsOn(t *testing.T) {
	walks, now := paging.NewWalks(), time.Now()
	var got []uint32
	for offset := uint64(0); ; offset += 10 {
		p := walks.Page(paging.Step{Reader: "slow", List: "/users", Offset: offset, Limit: 10}, people(50), steady(), now)
		got = append(got, p.IDs...)
		if !p.More {
			break
		}
		now = now.Add(paging.WalkLife - time.Second)
		walks.LetGo(now)
		if n, _, _ := walks.Counted(); n != 1 {
			t.Fatalf("at offset %d %d walks are remembered", offset, n)
		}
	}
	if len(got) != 50 || !slices.IsSorted(got) {
		t.Errorf("got %d", got)
	}
}
