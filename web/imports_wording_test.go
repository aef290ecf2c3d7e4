package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
)

func TestAReportSaysWhetherWhatItCountsHappened(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	small := district(t, 20).zip(t)
	tried := h.admin.ended(h.admin.upload(small, true))
	tried.shows(t, "Dry run: would be held", "This package would change more than usual", "This was a dry run", "Would be removed", `<dd class="bad">`)
	held := h.admin.upload(small, false)
	waits := h.admin.ended(held)
	waits.shows(t, "Held, waits", "This package would change more than usual", "Would be removed", "Import anyway", "Discard package")
	for name, page := range map[string]answer{"a dry run": tried, "a held one": waits} {
		if found := regexp.MustCompile(`<(dt|th[^>]*)>(Added|Changed|Removed)<`).FindString(page.body); found != "" {
			t.Errorf("%s tells as done: %s", name, found)
		}
	}
	if strings.Contains(tried.body, "Import anyway") || strings.Contains(tried.body, "waits until") {
		t.Error("a dry run waits for a decision")
	}
	h.admin.get("/imports").shows(t, "Dry run: would be held", "Counts in parentheses", `data-label="Removed">(`)

	stored := h.admin.ended(h.admin.post(held.location+"/accept", url.Values{}))
	stored.shows(t, "<dt>Removed</dt>", "This package changed more than usual", "It was imported anyway.")
	if strings.Contains(stored.body, "Would be") {
		t.Errorf("what was stored is told as if it was not\n%s", words(stored.body))
	}
	h.admin.get(held.location).shows(t, "Held, then imported", "This package was held, then imported")
}

func TestCountsOfAReportHaveATonePlainNumbersAndSeparators(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	a, err := h.Shelf.Importer.Begin(ctx, intake.Attempt{Actor: "cli:ada", Origin: intake.Command})
	if err != nil {
		t.Fatal(err)
	}
	report := &intake.Report{
		Verdict: intake.Held, Holds: []string{"12101 of 12546 stored enrollments would be removed", "3 of 4930 rows of users.csv are refused"},
		Files:    []intake.Counts{{Entity: "enrollments", Rows: 12546, New: 1234, Unchanged: 11312, Removed: 12101}},
		Findings: bundle.Findings{Causes: []bundle.Cause{{Problem: bundle.Problem{Severity: bundle.Warning, File: "users.csv", Problem: "something"}, Count: 4321}}},
	}
	a.State, a.Verdict, a.Counts, a.Report = intake.Ended, intake.Held, report.Files, report
	if err := h.DB.Write.Save(&a).Error; err != nil {
		t.Fatal(err)
	}
	page := h.admin.get("/imports/1")
	page.shows(t, "12,101 of 12,546 stored enrollments", "3 of 4,930 rows", `<td class="number" data-label="Rows">12,546</td>`, `<td class="number good" data-label="Would be added">1,234</td>`,
		`<td class="number none" data-label="Would be changed">0</td>`, `<td class="number bad" data-label="Would be removed">12,101</td>`, `<dd class="good">1,234</dd>`, `<dd class="none">0</dd>`, `<td class="number" data-label="How often">4,321</td>`)
	_, told, _ := strings.Cut(page.body, "<h1") // above it paper says of when the page is
	if found := regexp.MustCompile(`>[^<]*\b\d{4,}\b`).FindString(told); found != "" {
		t.Errorf("a number without separators: %s", found)
	}
}

func TestNewKeysOfAReportStandTogetherByEntity(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	page := h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
	page.shows(t, "New keys, hidden until reviewed: Demographics (13): <code>metadata.disabilityStatus</code>, <code>", "Users (7): ")
	if lines := strings.Count(page.body, "<li>New"); lines != 4 {
		t.Errorf("%d lines of new keys\n%s", lines, words(page.body))
	}
}
