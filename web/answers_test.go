package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/people"
)

func TestHowAnAppIsAnsweredIsChosenOnItsPage(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.admin.follows(h.admin.post("/apps/add", url.Values{"name": {"Two"}}))
	registry := manners.Registry{DB: h.DB}
	held := func() manners.Manners {
		t.Helper()
		m, err := registry.Of(ctx, "two")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	h.admin.get("/apps").shows(t, `/apps/two/answers`)
	form := h.admin.get("/apps/two/answers").form()
	if got := form.Get("booleans") + " " + form.Get("empty") + " " + form.Get("unknown_fields"); got != "strings left-out refused" {
		t.Errorf("the form begins with %s", got)
	}
	for _, c := range []struct{ field, value, says string }{
		{"message", strings.Repeat("x", 2001), `id="message-problem">Write a message of up to 2000 characters.<`},
		{"message", "a\u200bb", `id="message-problem">Write the message as plain text, without invisible characters.<`},
		{"reason", "a\u200bb", `id="reason-problem"`},
		{"booleans", "yes", "Booleans is strings or native"},
	} {
		wrong := url.Values{}
		for name, values := range form {
			wrong[name] = values
		}
		wrong.Set("empty", manners.Sent)
		wrong.Set(c.field, c.value)
		a := h.admin.post("/apps/two/answers", wrong)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.says) || !strings.Contains(a.body, `value="sent" checked`) {
			t.Errorf("%s: %d, without %s\n%s", c.field, a.status, c.says, words(a.body))
		}
	}
	if held() != manners.Usual() {
		t.Errorf("what will not do is saved: %+v", held())
	}

	form.Set("booleans", manners.Native)
	form.Set("message", "<b>Call</b> us.\r\nThank you.")
	h.admin.follows(h.admin.post("/apps/two/answers", form)).shows(t, "Saved. It holds from the next request of Two on.")
	want := manners.Manners{Booleans: manners.Native, Empty: manners.LeftOut, UnknownFields: manners.Refused, Message: "<b>Call</b> us.\nThank you."}
	if held() != want {
		t.Errorf("saved is %+v", held())
	}
	page := h.admin.get("/apps/two/answers")
	if strings.Contains(page.body, "<b>Call") || !strings.Contains(page.body, `value="native" checked`) {
		t.Errorf("the page shows otherwise:\n%s", page.body)
	}
	if rows := changesOf(t, h.admin); !strings.Contains(strings.Join(rows, ""), "Form of answers changed") {
		t.Errorf("on record are %q", rows)
	}

	if a := h.signedIn("auditor@example.org", people.Auditor).post("/apps/two/answers", form); a.status != http.StatusForbidden {
		t.Errorf("an auditor's form: %d", a.status)
	}
	if a := h.nobody.post("/apps/two/answers", form); a.status == http.StatusSeeOther && strings.Contains(a.location, "answers") {
		t.Error("nobody's form is taken")
	}
	if held() != want {
		t.Errorf("somebody who may not changed it: %+v", held())
	}
}
