package audit

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Bringer is a type that holds names as a roster brought them, such as a grant. What
// a change records is made of it, with the names that an admin has accepted and no
// others: a change that holds a Bringer itself is not recorded.
type Bringer interface{ BringsNames() }

// brings finds a type in a value that brings names of a roster; nil where there is
// none. What writes its JSON by itself answers for that.
func brings(v reflect.Value) reflect.Type {
	if !v.IsValid() {
		return nil
	}
	kind := v.Type()
	for _, one := range []reflect.Type{kind, reflect.PointerTo(kind)} {
		if one.Implements(reflect.TypeFor[Bringer]()) {
			return kind
		}
		if one.Implements(reflect.TypeFor[json.Marshaler]()) {
			return nil
		}
	}
	switch kind.Kind() {
	case reflect.Pointer, reflect.Interface:
		return brings(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if found := brings(v.Field(i)); found != nil {
				return found
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if found := brings(v.Index(i)); found != nil {
				return found
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if found := brings(v.MapIndex(key)); found != nil {
				return found
			}
		}
	}
	return nil
}

// named refuses a change that would record names as a roster brought them.
func (c Change) named() error {
	for _, side := range []any{c.Before, c.After} {
		if found := brings(reflect.ValueOf(side)); found != nil {
			return fmt.Errorf("record the change %s: a %s has names that nobody may have accepted", c.Action, found)
		}
	}
	return nil
}
