package shares_test

import (
	"fmt"
	"testing"

	"github.com/rostergate/rostergate/gateway/shares"
)

func TestHoweverManyAppsReadSlowlyTheNextOneHasRoom(t *testing.T) {
	for _, hogs := range []int{1, 2, 5, 7} {
		room := shares.NewMemory(1000)
		held := 0
		for n := range hogs {
			for room.Hold(fmt.Sprint("hog", n), 1) == nil {
				held++
			}
		}
		for range 1000 { // whoever may, takes more
			for n := range hogs {
				if room.Hold(fmt.Sprint("hog", n), 1) == nil {
					held++
				}
			}
		}
		if held > 1000 {
			t.Errorf("%d bytes are held, of 1,000", held)
		}
		if err := room.Hold("next", 1000>>hogs/2); err != nil {
			t.Errorf("beside %d apps, which hold %d bytes, the next one gets nothing", hogs, held)
		}
	}
	alone := shares.NewMemory(1000)
	if err := alone.Hold("large", 5000); err != nil {
		t.Error("an answer that is alone is refused, and would be for ever")
	}
	if alone.Hold("other", 1) == nil {
		t.Error("there is room beside what is larger than all of it")
	}
	alone.Release("large", 5000)
	if err := alone.Hold("other", 1); err != nil {
		t.Error("the room is not given back")
	}
}
