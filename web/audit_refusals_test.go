package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestTheAuditSaysHowManyRefusalsAnEntryStandsFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		for range 1215 {
			err := h.Ledger.Refuse(ctx, audit.Refusal{
				RequestID: "r", Address: "192.0.2.0/24", Door: "rest-1.1", Route: "/users", Entity: "users", Status: http.StatusUnauthorized, Reason: "unauthorized",
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Ledger.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		page := h.admin.get("/audit?kind=refusal")
		page.shows(t, "192.0.2.0/24", "and 1,214 more until")
		if rows := strings.Count(page.body, "<tr>"); rows != 3 { // the head, the first and the rest
			t.Errorf("the page has %d rows: %s", rows, words(page.body))
		}
		if n := strings.Count(page.body, "more until"); n != 1 {
			t.Errorf("%d entries stand for several", n)
		}
		file := h.admin.get("/audit/download?kind=refusal")
		if !strings.Contains(file.body, ",1214,r\n") || !strings.Contains(file.body, ",1,\n") {
			t.Errorf("the download is %s", file.body)
		}
	})
}
