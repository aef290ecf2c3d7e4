package web_test

import (
	"testing"

	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web"
)

func TestAPageWithValuesIsForAdminsWhateverElseItsLineSays(t *testing.T) {
	for _, access := range []web.Access{web.Public, web.Anyone, web.Admins} {
		if !web.OpenTo(people.Admin, access, true) {
			t.Errorf("%s: closed to admins", access)
		}
		for _, role := range []people.Role{people.Auditor, "", "other"} {
			if web.OpenTo(role, access, true) {
				t.Errorf("%s: values are open to the role %q", access, role)
			}
		}
	}
	if !web.OpenTo(people.Auditor, web.Anyone, false) || web.OpenTo("", web.Anyone, false) || web.OpenTo(people.Auditor, "", false) {
		t.Error("without values the access is not what decides")
	}
}
