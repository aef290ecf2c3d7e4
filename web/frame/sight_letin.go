package frame

import (
	"github.com/rostergate/rostergate/audit"
)

// LetIn says by what an actor let the person who looks at the page be an admin, "added your
// account", or nothing: as the ledger has it, the gravest such deed.
func (v *Visit) LetIn(actor string) (deed string, err error) {
	for _, one := range []struct{ action, says string }{
		{"person.invite", "made a link for your account"}, {"person.role", "gave you your role"}, {"person.add", "added your account"},
	} {
		err := v.frame.Ledger.Changes(v.Context(), audit.Question{Action: one.action}, func(e audit.Entry) error {
			if e.Actor == actor && e.Subject == v.Person.Email {
				deed = one.says
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return deed, nil
}
