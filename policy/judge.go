package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// judge turns a verdict into a decision, name by name. It trusts nothing: a name
// that is neither shared nor hidden, or both, means that a rule went wrong, and
// the whole decision is refused.
func (e *Engine) judge(in Input, told verdict) (Decision, error) {
	decision := Decision{Allow: told.Allow, Scope: in.Grant.Scope.normal(), Entities: map[string]EntityDecision{}}
	if !decision.Scope.Former {
		decision.Day = in.Day
	}
	if told.Allow == (len(told.Deny) > 0) {
		return Decision{}, errors.New("the rules neither allow nor deny, or do both")
	}
	var err error
	if decision.Reasons, err = e.reasons.sorted(told.Deny); err != nil {
		return Decision{}, err
	}
	for _, entity := range e.asked(in) {
		one, err := e.judgeEntity(in, told, entity)
		if err != nil {
			return Decision{}, fmt.Errorf("%s: %w", entity.Plural, err)
		}
		decision.Entities[entity.Plural] = one
	}
	return decision, nil
}

// asked lists the entities of the catalog, then those that only the grant knows.
func (e *Engine) asked(in Input) []catalog.Entity {
	asked := slices.Clone(e.entities)
	for _, name := range slices.Sorted(maps.Keys(in.Grant.Entities)) {
		known := func(e catalog.Entity) bool { return e.Plural == name }
		if !slices.ContainsFunc(e.entities, known) {
			asked = append(asked, catalog.Entity{Plural: name})
		}
	}
	return asked
}

func (e *Engine) judgeEntity(in Input, told verdict, entity catalog.Entity) (EntityDecision, error) {
	one := EntityDecision{Allow: slices.Contains(told.Open, entity.Plural)}
	var err error
	if one.Reason, err = e.reasons.weigh(one.Allow, closing(told, entity.Plural)); err != nil {
		return EntityDecision{}, err
	}
	if one.Rows, err = rowsOf(told, entity.Plural, one.Allow); err != nil {
		return EntityDecision{}, err
	}
	s := subject{entity: entity, grant: in.Grant.Entities[entity.Plural], known: in.Keys, told: told, closed: one.Reason}
	if one.Fields, err = e.judgeFields(s); err != nil {
		return EntityDecision{}, err
	}
	if one.Keys, err = e.judgeMembers(s, catalog.Metadata, s.grant.Keys); err != nil {
		return EntityDecision{}, err
	}
	if bag, ok := identifiers(entity); ok {
		one.Types, err = e.judgeMembers(s, bag, s.grant.Types)
	}
	return one, err
}

// closing gives what speaks against the entity. A denial speaks against all.
func closing(told verdict, plural string) []string {
	if !told.Allow {
		return told.Deny
	}
	return told.Closed[plural]
}

func rowsOf(told verdict, plural string, open bool) (Rows, error) {
	rows := told.Rows[plural]
	if !open {
		return "", nil
	}
	if rows != Always && rows != Never && rows != Conditional {
		return "", errors.New("the rules do not say which records are reached")
	}
	return rows, nil
}

// identifiers finds the entity's field whose members are types.
func identifiers(entity catalog.Entity) (catalog.Bag, bool) {
	for _, f := range entity.Fields {
		if f.Kind == catalog.Identifiers {
			return catalog.Bag(f.Name), true
		}
	}
	return "", false
}

// subject is one entity under judgement.
type subject struct {
	entity catalog.Entity
	grant  EntityGrant
	known  []Key
	told   verdict
	closed string // the reason why the entity is closed, empty where it is open
}

func (e *Engine) judgeFields(s subject) (map[string]FieldDecision, error) {
	shared, hidden := s.told.Shared[s.entity.Plural], s.told.Hidden[s.entity.Plural]
	judged := map[string]FieldDecision{}
	for _, name := range s.fields() {
		if s.closed != "" {
			judged[name] = FieldDecision{Reason: s.closed}
			continue
		}
		share := slices.Contains(shared, name)
		reason, err := e.reasons.weigh(share, hidden[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		judged[name] = FieldDecision{Share: share, Reason: reason, Mask: s.told.Masks[s.entity.Plural][name]}
		if err := sound(s.entity, name, judged[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return judged, nil
}

// sound refuses what no rule may ever share.
func sound(entity catalog.Entity, name string, judged FieldDecision) error {
	if !judged.Share {
		return nil
	}
	f, ok := entity.Field(name)
	if !ok || f.Class == catalog.Credential || f.Class == catalog.Unclassified {
		return errors.New("the rules share what cannot be shared")
	}
	if judged.Mask != "" && !judged.Mask.Fits(f) {
		return fmt.Errorf("the rules put the mask %s where it cannot stand", judged.Mask)
	}
	return nil
}

// fields lists the entity's fields, then what only the grant takes for one.
func (s subject) fields() []string {
	var names []string
	for _, f := range s.entity.Fields {
		names = append(names, f.Name)
	}
	names = append(names, s.grant.Fields...)
	return unique(slices.AppendSeq(names, maps.Keys(s.grant.Masks)))
}

func (e *Engine) judgeMembers(s subject, bag catalog.Bag, granted []string) (map[string]MemberDecision, error) {
	shared := s.told.Members[s.entity.Plural][string(bag)]
	hidden := s.told.HiddenMembers[s.entity.Plural][string(bag)]
	judged := map[string]MemberDecision{}
	for _, name := range s.members(bag, granted) {
		if s.closed != "" {
			judged[name] = MemberDecision{Reason: s.closed}
			continue
		}
		share := slices.Contains(shared, name) && slices.Contains(granted, name)
		reason, err := e.reasons.weigh(share, hidden[name])
		if err != nil {
			return nil, fmt.Errorf("a member of %s: %w", bag, err)
		}
		judged[name] = MemberDecision{Share: share, Reason: reason}
	}
	return judged, nil
}

// members lists what is granted of a bag, then what the roster has in it.
func (s subject) members(bag catalog.Bag, granted []string) []string {
	names := slices.Clone(granted)
	for _, key := range s.known {
		if key.Entity == s.entity.Plural && key.Bag == bag {
			names = append(names, key.Name)
		}
	}
	return unique(names)
}

func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
