package web_test

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestWhatIsKnownOfAPersonIsNamedAsPeopleCallIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d)
		page := h.admin.post("/apps/amplify/preview/record", url.Values{"of": {"users"}, "record": {student.ID()}})
		page.shows(t, ">Enrollments</h2>", ">Demographics</h2>", ">Related people</h2>")
		if strings.Contains(page.body, "about this person") || strings.Contains(page.body, "<h3>"+student.ID()) {
			t.Errorf("a record is called by its id\n%s", words(page.body))
		}
		_, enrollments, _ := strings.Cut(page.body, ">Enrollments</h2>")
		enrollments, _, _ = strings.Cut(enrollments, "</section>")
		for _, id := range enrolled(t, h, student.ID()) {
			class := d.As("amplify").One("enrollments", id).Records()[0].Refs("class")[0]
			title := text(d.As("amplify").One("classes", class).Records()[0], "title")
			if !strings.Contains(enrollments, "<h3>"+html.EscapeString(title)+"</h3><p>"+id+" · student") {
				t.Errorf("the enrollment %s in %q is shown as %s", id, title, words(enrollments))
			}
		}
	})
}

// enrolled lists the enrollments of a person.
func enrolled(t *testing.T, h *house, person string) []string {
	t.Helper()
	about, err := h.Roster.About(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := catalog.Find("enrollments")
	hits, err := h.Roster.Hits(ctx, e, about["enrollments"].ToArray(), 100)
	if err != nil || len(hits) == 0 {
		t.Fatalf("%v, %v", hits, err)
	}
	ids := make([]string, len(hits))
	for i, hit := range hits {
		ids[i] = hit.SourcedID
	}
	return ids
}
