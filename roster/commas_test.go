package roster_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/notice"
)

// A metadata key may be called "a,metadata.b", which reads like two.
func TestWhoSeesAKeyWithACommaNoticesNothingOfTheKeysThatItReadsLike(t *testing.T) {
	p := base(t)
	header, rest, _ := strings.Cut(p["demographics.csv"], "\n")
	text := header + `,metadata.a,metadata.b,"metadata.a,metadata.b"` + "\n"
	for line := range strings.Lines(rest) {
		text += strings.TrimSuffix(line, "\n") + ",old,old,old\n"
	}
	p["demographics.csv"] = text
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, at := opened(s, time.Now), maps.Clone(p)
		restore(t, r, at)
		two, one := watch(t, s, r, "two"), watch(t, s, r, "one")
		two.shows = map[string]notice.Names{"demographics": {"metadata.a", "metadata.b", "sourcedId"}}
		one.shows = map[string]notice.Names{"demographics": {"metadata.a,metadata.b", "sourcedId"}}
		two.look(t)
		one.look(t)
		at["demographics.csv"] = strings.Replace(at["demographics.csv"], ",old,old,old\n", ",new,old,old\n", 1)
		restore(t, r, at)
		two.notices(t, "demographics ana")
		one.notices(t, "")
		at["demographics.csv"] = strings.Replace(at["demographics.csv"], ",new,old,old\n", ",new,old,new\n", 1)
		restore(t, r, at)
		one.notices(t, "demographics ana")
		two.notices(t, "")
	})
}
