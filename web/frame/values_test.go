package frame_test

import (
	"testing"

	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

func TestAPageWithValuesIsForAdminsWhateverElseItsLineSays(t *testing.T) {
	for _, access := range []frame.Access{frame.Public, frame.Anyone, frame.Admins} {
		if !frame.OpenTo(people.Admin, access, true) {
			t.Errorf("%s: closed to admins", access)
		}
		for _, role := range []people.Role{people.Auditor, "", "other"} {
			if frame.OpenTo(role, access, true) {
				t.Errorf("%s: values are open to the role %q", access, role)
			}
		}
	}
	if !frame.OpenTo(people.Auditor, frame.Anyone, false) || frame.OpenTo("", frame.Anyone, false) || frame.OpenTo(people.Auditor, "", false) {
		t.Error("without values the access is not what decides")
	}
}
