package apps

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// check refuses a grant that names what there is not or what cannot be given,
// as a fault.Invalid. Policy would hide all of it; the person who saves it is
// better told. Metadata keys and types are not looked up: a grant may tick what
// an import has yet to bring.
func check(grant policy.Grant) error {
	for name, granted := range grant.Entities {
		entity, known := catalog.Find(name)
		if !known {
			return fault.New(fault.Invalid, "no entity is called %q", likeness.Echo(name))
		}
		if err := checkEntity(entity, granted); err != nil {
			return err
		}
	}
	for _, role := range grant.Scope.Roles.Only {
		if err := CheckRole(role); err != nil {
			return err
		}
	}
	if err := checkLifts(grant.Lifts); err != nil {
		return err
	}
	if err := checkText("the purpose", grant.Purpose); err != nil {
		return err
	}
	return checkText("the legal basis", grant.Basis)
}

// CheckRole says, as a fault.Invalid, that nobody has the role.
func CheckRole(role string) error {
	if slices.Contains(policy.PersonRoles(), role) {
		return nil
	}
	return fault.New(fault.Invalid, "no role is called %q%s", likeness.Echo(role), likeness.DidYouMean(role, policy.PersonRoles()))
}

func checkEntity(entity catalog.Entity, granted policy.EntityGrant) error {
	for _, name := range granted.Fields {
		if err := checkField(entity, name); err != nil {
			return err
		}
	}
	for name, mask := range granted.Masks {
		if err := checkField(entity, name); err != nil {
			return err
		}
		if field, _ := entity.Field(name); !mask.Fits(field) {
			return cannotMask(entity.Plural+"."+name, field)
		}
	}
	if (granted.Metadata || len(granted.Keys) > 0) && !entity.Metadata {
		return fault.New(fault.Invalid, "%s carry no metadata", entity.Plural)
	}
	if slices.ContainsFunc(slices.Concat(granted.Keys, granted.Types), roster.Unaccepted) {
		return fault.New(fault.Invalid, "%s cannot tick what stands in the place of a name: open the page again", entity.Plural)
	}
	if len(granted.Types) > 0 && !hasIdentifiers(entity) {
		return fault.New(fault.Invalid, "%s have no types of identifiers", entity.Plural)
	}
	return nil
}

func checkField(entity catalog.Entity, name string) error {
	field, known := entity.Field(name)
	if !known {
		return fault.New(fault.Invalid, "no field is called %q", likeness.Echo(entity.Plural+"."+name))
	}
	if field.Class == catalog.Credential {
		return neverShared(catalog.Member{Entity: entity.Plural, Name: name}.String())
	}
	return nil
}

func hasIdentifiers(entity catalog.Entity) bool {
	return slices.ContainsFunc(entity.Fields, func(f catalog.Field) bool { return f.Kind == catalog.Identifiers })
}

func neverShared(name string) error {
	return fault.New(fault.Invalid, "%s is a credential: it is never stored and cannot be shared", name)
}

// cannotMask explains why a mask does not stand on a field.
func cannotMask(name string, field catalog.Field) error {
	var fit []string
	for _, mask := range policy.Masks() {
		if mask.Fits(field) {
			fit = append(fit, string(mask))
		}
	}
	if len(fit) == 0 {
		return fault.New(fault.Invalid, "%s cannot be masked, for a masked value would no longer be one of its kind: share it or hide it", name)
	}
	return fault.New(fault.Invalid, "%s can be masked by %s only", name, strings.Join(fit, ", "))
}

// checkText refuses what a person wrote where no database could keep it, or
// nobody would read it.
func checkText(what, text string) error {
	if utf8.RuneCountInString(text) > longestReason {
		return fault.New(fault.Invalid, "Shorten %s to %d characters.", what, longestReason)
	}
	if storable(text) != text {
		return fault.New(fault.Invalid, "%s is not UTF-8 text", what)
	}
	return nil
}

// checkWords refuses a purpose or a legal basis that is not on one line. One that
// was saved before that was asked may stay as it is.
func checkWords(before, after policy.Grant) error {
	for _, one := range []struct{ what, was, is string }{
		{"the purpose", before.Purpose, after.Purpose}, {"the legal basis", before.Basis, after.Basis},
	} {
		if one.was == one.is {
			continue
		}
		if err := audit.CheckLine(one.what, one.is); err != nil {
			return err
		}
	}
	return nil
}

// checkEnd refuses an end that no day which people may enter has. One that was saved
// before that was asked may stay as it is.
func checkEnd(before, after policy.Grant) error {
	if after.Until.IsZero() || after.Until.Equal(before.Until) || moment.Plausible(after.Until) {
		return nil
	}
	return fault.New(fault.Invalid, "Enter the last day of the permissions as %s, or none.", moment.DayForm)
}

// checkLifts refuses lifts of what there is not, and lifts without a reason.
func checkLifts(lifts map[string]string) error {
	for name, reason := range lifts {
		m := catalog.ParseMember(name)
		entity, known := catalog.Find(m.Entity)
		_, field := entity.Field(m.Name)
		if !known || m.Name == "" || m.Bag == "" && !field {
			return fault.New(fault.Invalid, "the ceiling cannot be lifted for %q: there is no such field", likeness.Echo(name))
		}
		if strings.TrimSpace(reason) == "" {
			return fault.New(fault.Invalid, "Say why the ceiling is lifted for %s: a lift needs a reason.", likeness.Echo(name))
		}
		if err := checkText("the reason of a lift", reason); err != nil {
			return err
		}
		if err := audit.CheckLine("the reason of a lift", reason); err != nil {
			return err
		}
	}
	return nil
}
