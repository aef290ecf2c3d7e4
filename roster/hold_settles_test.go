package roster_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// imported is the report of a package.
func imported(t *testing.T, r *rostertest.Rooms, p parcel, o intake.Options) *intake.Report {
	t.Helper()
	report, err := r.Import(context.Background(), p.Folder(t), o)
	if err != nil {
		t.Fatal(err)
	}
	if report.Verdict != intake.Held && len(report.Holds) > 0 {
		t.Errorf("a package that is %s waits for %q", report.Verdict, report.Holds)
	}
	return report
}

func TestWhatAPersonAcceptedIsNotHeldAgain(t *testing.T) {
	const users = 200
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		accept := intake.Options{AcceptHold: true}
		ill := refuse(crowd(t, users), users, 20)
		if report := imported(t, r, ill, intake.Options{}); report.Verdict != intake.Held {
			t.Fatalf("at first: %s", report.Verdict)
		}
		if report := imported(t, r, ill, accept); report.Verdict != intake.Stored || len(report.AcceptedHolds) != 1 {
			t.Fatalf("accepted: %s, %q", report.Verdict, report.AcceptedHolds)
		}
		for _, night := range []struct {
			name string
			p    parcel
			want intake.Verdict
		}{
			{"the same", ill, intake.Unchanged},
			{"one more refused", refuse(crowd(t, users), users, 21), intake.Unchanged},
			{"three more refused", refuse(crowd(t, users), users, 23), intake.Held},
			{"some are mended", refuse(crowd(t, users), users, 10), intake.Stored},
			{"the mended are refused again", ill, intake.Held},
		} {
			if report := imported(t, r, night.p, intake.Options{}); report.Verdict != night.want {
				t.Errorf("%s: %s with holds %q, want %s", night.name, report.Verdict, report.Holds, night.want)
			}
		}
		if report := imported(t, r, ill, accept); report.Verdict != intake.Unchanged || len(report.AcceptedHolds) != 1 {
			t.Errorf("accepted with nothing to store: %s, %q", report.Verdict, report.AcceptedHolds)
		}
		if report := imported(t, r, ill, intake.Options{}); report.Verdict != intake.Unchanged {
			t.Errorf("what was accepted with nothing to store: %s with holds %q", report.Verdict, report.Holds)
		}
	})
}

func TestADryRunAcceptsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, crowd(t, 200))
		ill := refuse(crowd(t, 200), 200, 20)
		imported(t, r, ill, intake.Options{AcceptHold: true, DryRun: true})
		if report := imported(t, r, ill, intake.Options{}); report.Verdict != intake.Held {
			t.Errorf("after a dry run: %s", report.Verdict)
		}
		place, by := ill.Folder(t), intake.Attempt{Actor: "cli:ada", Origin: intake.Command}
		dry := by
		dry.DryRun, dry.AcceptHold = true, true
		tried(t, r, dry, place)
		if a := tried(t, r, by, place); a.Verdict != intake.Held { // the package is known, and nobody accepted it
			t.Errorf("after a dry run on record: %s", a.Verdict)
		}
	})
}

func TestRowsWithoutAnIdAreToldApartByWhatTheyHold(t *testing.T) {
	without := func(names ...string) parcel {
		p := crowd(t, 100)
		for _, name := range names {
			p["users.csv"] += ",,,true,oak,student," + name + ",,Given,Family,,,,,,,,\n"
		}
		return p
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, without("ann", "ben", "ben"))
		if report := imported(t, r, without("ben", "ann", "ben"), intake.Options{}); report.Verdict != intake.Unchanged {
			t.Errorf("the same rows: %s with %q", report.Verdict, report.Holds)
		}
		if report := imported(t, r, without("ann", "ben", "ben", "ben", "ben"), intake.Options{}); report.Verdict != intake.Held {
			t.Errorf("two more of the same: %s", report.Verdict)
		}
	})
}

func TestAHoldTakesAShareAndAFloor(t *testing.T) {
	limits := func(refused string) holds.Limits {
		l, err := holds.ParseRefused(refused)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	cases := []struct {
		name             string
		refused, removed holds.Limits
		second           parcel
		want             intake.Verdict
	}{
		{"five of a hundred rows", holds.Refused(), holds.Removed(), refuse(crowd(t, 100), 100, 5), intake.Unchanged},
		{"six of a hundred rows", holds.Refused(), holds.Removed(), refuse(crowd(t, 100), 100, 6), intake.Held},
		{"six, by a limit of its own", limits("users=1%/6"), holds.Removed(), refuse(crowd(t, 100), 100, 6), intake.Unchanged},
		{"seven, by a limit of its own", limits("0%/0 users=1%/6"), holds.Removed(), refuse(crowd(t, 100), 100, 7), intake.Held},
		{"one, by the limit of another file", limits("0%/0 classes=1%/6"), holds.Removed(), refuse(crowd(t, 100), 100, 1), intake.Held},
		{"ten gone of a hundred", holds.Refused(), holds.Removed(), crowd(t, 90), intake.Stored},
		{"eleven gone of a hundred", holds.Refused(), holds.Removed(), crowd(t, 89), intake.Held},
		{"half, where that is allowed", holds.Refused(), limits("users=50%/0"), crowd(t, 50), intake.Stored},
		{"all, whatever is allowed", holds.Refused(), limits("100%/1000"), crowd(t, 0), intake.Held},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, c := range cases {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			restore(t, r, crowd(t, 100))
			r.Refused, r.Removed = c.refused, c.removed
			if report := imported(t, r, c.second, intake.Options{}); report.Verdict != c.want {
				t.Errorf("%s: %s with holds %q, want %s", c.name, report.Verdict, report.Holds, c.want)
			}
		}
	})
}

func TestASchoolOrATermThatLosesAllIsHeldWhateverTheFloor(t *testing.T) {
	wide, err := holds.ParseRemoved("100%/100000")
	if err != nil {
		t.Fatal(err)
	}
	crowded := func(edits ...string) parcel {
		p := base(t)
		for i := 0; i < len(edits); i += 2 {
			p.Edit(t, edits[i], edits[i+1])
		}
		return p
	}
	cases := []struct {
		name string
		p    parcel
		hold string // none where it is empty
	}{
		{"the only class of a school", crowded("classes.csv", "- algebra-a\n", "enrollments.csv", "- e-ben\n"), "no stored classes of 1 school would be left: orgs.csv line 4"},
		{"its classes move to another", crowded("classes.csv", "~ scheduled,Lab 2,elm => scheduled,Lab 2,oak\n", "enrollments.csv", "~ algebra-a,elm => algebra-a,oak\n"), "no stored classes of 1 school would be left: orgs.csv line 4"},
		{"another class comes for it", crowded("classes.csv", "- algebra-a\n+ geometry-a,,,Geometry A,09,algebra,G1-A,scheduled,Lab 2,elm,fall,,,\n", "enrollments.csv", "~ algebra-a => geometry-a\n"), ""},
		{"a term of which a class is left", crowded("classes.csv", "~ \"fall,spring\" => fall\n"), "no stored classes of 1 term would be left: academicSessions.csv line 4"},
		{"a row that is refused stays", crowded("classes.csv", "~ scheduled,Lab 2,elm => sceduled,Lab 2,elm\n"), ""},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, c := range cases {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			restore(t, r, base(t))
			r.Refused, r.Removed = wide, wide
			report := imported(t, r, c.p, intake.Options{})
			if c.hold == "" && report.Verdict == intake.Held || c.hold != "" && !slices.Contains(report.Holds, c.hold) {
				t.Errorf("%s: %s with holds %q, want %q", c.name, report.Verdict, report.Holds, c.hold)
			}
			if text := strings.Join(report.Holds, " "); strings.Contains(text, "elm") || strings.Contains(text, "spring") {
				t.Errorf("%s: a hold names values: %s", c.name, text)
			}
		}
	})
}

// After a night without refused rows nobody has accepted any: the same rows are new again.
func TestWhatIsMendedIsNewWhenItComesBack(t *testing.T) {
	const users = 200
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		clean, ill := crowd(t, users), refuse(crowd(t, users), users, 20)
		restore(t, r, clean)
		if report := imported(t, r, ill, intake.Options{AcceptHold: true}); report.Verdict != intake.Unchanged {
			t.Fatalf("accepted: %s", report.Verdict)
		}
		for _, night := range []struct {
			name string
			p    parcel
			dry  bool
			want intake.Verdict
		}{
			{"nothing is refused, in a dry run", clean, true, intake.Unchanged},
			{"what was accepted", ill, false, intake.Unchanged},
			{"fewer are refused", refuse(crowd(t, users), users, 10), false, intake.Unchanged},
			{"those that were mended", ill, false, intake.Held},
			{"those that were not", refuse(crowd(t, users), users, 10), false, intake.Unchanged},
			{"nothing is refused", clean, false, intake.Unchanged},
			{"those that never were mended before", refuse(crowd(t, users), users, 10), false, intake.Held},
		} {
			if report := imported(t, r, night.p, intake.Options{DryRun: night.dry}); report.Verdict != night.want {
				t.Errorf("%s: %s with holds %q, want %s", night.name, report.Verdict, report.Holds, night.want)
			}
		}
	})
}

func TestAPackageThatIsKnownAcceptsNothingThatWasMendedSince(t *testing.T) {
	const users = 200
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		clean, ill := crowd(t, users).Folder(t), refuse(crowd(t, users), users, 20).Folder(t)
		by := intake.Attempt{Actor: "cli:ada", Origin: intake.Command}
		dry, accept := by, by
		dry.DryRun, accept.AcceptHold = true, true
		for _, night := range []struct {
			name  string
			by    intake.Attempt
			place string
			want  intake.Verdict
		}{
			{"the first", by, clean, intake.Stored},
			{"the rows are accepted", accept, ill, intake.Unchanged},
			{"the same package", by, ill, intake.Unchanged},
			{"a dry run of the first", dry, clean, intake.Unchanged},
			{"the same package behind it", by, ill, intake.Unchanged},
			{"the first is known, and all is mended", by, clean, intake.Unchanged},
			{"the accepted package is known", by, ill, intake.Held},
			{"a dry run that accepts it", func() intake.Attempt { a := dry; a.AcceptHold = true; return a }(), ill, intake.Unchanged},
			{"nobody accepted it in earnest", by, ill, intake.Held},
		} {
			if a := tried(t, r, night.by, night.place); a.Verdict != night.want {
				t.Errorf("%s: %s, want %s", night.name, a.Verdict, night.want)
			}
		}
	})
}
