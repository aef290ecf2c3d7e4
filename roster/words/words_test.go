package words_test

import (
	"fmt"
	"testing"

	"github.com/rostergate/rostergate/roster/words"
)

// Two bytes tell 65,536 words apart. A district whose exporter writes anything as a
// grade has more, and must not have two of them taken for one.
func TestWordsAreToldApartHoweverManyThereAre(t *testing.T) {
	const many = 70_000
	column := words.New(many + 1)
	word := func(id uint32) string { return fmt.Sprintf("grade %d", id) }
	for id := uint32(1); id <= many; id++ {
		column.Set(id, word(id))
	}
	for id := uint32(1); id <= many; id++ {
		if got := column.Of(id); got != word(id) {
			t.Fatalf("record %d has the word %q", id, got)
		}
	}
	if len(column.Values) != many+1 {
		t.Errorf("%d words are kept, with that of records without one", len(column.Values))
	}
}

func TestARecordWithoutAWordHasNone(t *testing.T) {
	column := words.New(3)
	column.Set(1, "student")
	column.Set(2, "student")
	for id, want := range map[uint32]string{0: "", 1: "student", 2: "student", 3: "", 900: ""} {
		if got := column.Of(id); got != want {
			t.Errorf("record %d has the word %q, want %q", id, got, want)
		}
	}
	if len(column.Values) != 2 {
		t.Errorf("the words are %q", column.Values)
	}
}
