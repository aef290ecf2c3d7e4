package gateway

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/policy"
)

// planned is a plan of an entity that shares the fields whose bits are set, and
// masks those of them that can be masked and whose other bits are set.
func planned(e catalog.Entity, shared, masked uint64, types, keys []string) *policy.EntityPlan {
	plan := &policy.EntityPlan{Entity: e, Types: types, Keys: keys}
	for i, f := range e.Fields {
		if shared>>i&1 == 0 || f.Class == catalog.Credential {
			continue
		}
		field := policy.Field{Field: f}
		if mask := policy.DefaultMask(f.Kind); masked>>i&1 == 1 && mask.Fits(f) {
			field.Mask = mask
		}
		plan.Fields = append(plan.Fields, field)
	}
	return plan
}

func FuzzARecordHoldsWhatThePlanSharesAndNothingElse(f *testing.F) {
	const all = ^uint64(0)
	for i := range catalog.Entities() {
		f.Add(uint8(i), all, uint64(0), uint32(1), "StateID LDAP", "homeLanguage a.b", "1|2|x y|\"\\|\x00\x1f|</script>|\u2028|a b|c|d|e|f|g|h|i|j|k|l|m|n|o|p")
		f.Add(uint8(i), uint64(0b1011011), all, uint32(7), "", "", "||||")
	}
	f.Add(uint8(4), all, uint64(0), uint32(2), "a\"b a\\b", "\U0001F469 \" \\", "x|1,2|,||\\\" ] [ , \\u0022|\"|]")
	g, sees := onlooker(f)
	f.Fuzz(func(t *testing.T, which uint8, shared, masked uint64, id uint32, types, keys, text string) {
		e := catalog.Entities()[int(which)%len(catalog.Entities())]
		if !e.Served || !sees.view.Set(e.Plural).Contains(1+id%40) {
			return
		}
		if !e.Metadata {
			keys = ""
		}
		s := newSource(text)
		plan := planned(e, shared, masked, unique(types), unique(keys))
		p, err := g.projection(sees, plan, catalog.V11, manners.Usual())
		if err != nil {
			t.Fatal(err)
		}
		checkRecord(t, sees, plan, p, s, 1+id%40)
	})
}

// unique are the words of a text, each once.
func unique(text string) []string {
	words := strings.Fields(strings.ToValidUTF8(text, "\ufffd"))
	slices.Sort(words)
	return slices.Compact(words)
}

// checkRecord projects cells and compares each member with its cell.
func checkRecord(t *testing.T, sees sight, plan *policy.EntityPlan, p *projection, s *source, id uint32) {
	t.Helper()
	cells := make([][]byte, p.selection.Width())
	wanted := map[string]func(json.RawMessage) bool{}
	for i, f := range p.selection.Fields {
		cells[i] = s.cell(f.Kind)
		if shared, _ := plan.Field(f.Name); shared.Mask == "" {
			wanted[f.Name] = told(sees, f, cells[i])
		} else {
			wanted[f.Name] = blurred(cells[i])
		}
	}
	identifiers, metadata := map[string][]string{}, map[string]string{}
	at := len(p.selection.Fields)
	for i, kind := range p.selection.Types {
		cells[at+i], identifiers[kind] = s.list()
	}
	at += len(p.selection.Types)
	for i, key := range p.selection.Keys {
		if cells[at+i] = s.cell(catalog.Text); cells[at+i] != nil {
			metadata[key] = string(cells[at+i])
		}
	}
	wanted["metadata"], wanted["userIds"] = sameBag(metadata), sameIdentifiers(identifiers)
	out := p.append(nil, id, cells)
	for name, value := range members(t, out) {
		check, compared := wanted[name]
		f, shared := plan.Field(name)
		switch {
		case name != "metadata" && !shared, name == "metadata" && len(plan.Keys) == 0:
			t.Errorf("%s is not in the plan: %s", name, out)
		case compared && !check(value):
			t.Errorf("%s came out as %s of %q", name, value, cells)
		case !compared && f.Through == nil && f.Kind != catalog.Timestamp:
			t.Errorf("%s came from nowhere: %s", name, out)
		}
		delete(wanted, name)
	}
	for name, check := range wanted {
		if _, shared := plan.Field(name); (shared || name == "metadata") && !check(nil) {
			t.Errorf("%s is missing: %s of %q", name, out, cells)
		}
	}
}

// members takes a record apart, and wants each member once.
func members(t *testing.T, record []byte) map[string]json.RawMessage {
	t.Helper()
	if !utf8.Valid(record) || !json.Valid(record) {
		t.Fatalf("this is no JSON: %q", record)
	}
	found := map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(record))
	for _, err := d.Token(); d.More(); {
		var value json.RawMessage
		name, _ := d.Token()
		if err != nil || d.Decode(&value) != nil || found[name.(string)] != nil {
			t.Fatalf("%v stands twice, or cannot be read: %s", name, record)
		}
		found[name.(string)] = value
	}
	return found
}

// told is the check of a field that is shown as it is. It is asked of nil where
// the member is absent.
func told(sees sight, f catalog.Field, cell []byte) func(json.RawMessage) bool {
	switch f.Kind {
	case catalog.Reference, catalog.References:
		return sameReferences(sees, f, cell)
	case catalog.List, catalog.Tokens:
		return func(got json.RawMessage) bool { return bytes.Equal(got, cell) }
	}
	return func(got json.RawMessage) bool { return sameText(got, string(cell)) }
}

func sameText(got json.RawMessage, text string) bool {
	var value string
	if got == nil {
		return text == ""
	}
	return json.Unmarshal(got, &value) == nil && value == text && text != ""
}

// blurred wants a masked value that does not tell the whole one.
func blurred(cell []byte) func(json.RawMessage) bool {
	return func(got json.RawMessage) bool { return got == nil || len(cell) > 0 && !sameText(got, string(cell)) }
}

func sameReferences(sees sight, f catalog.Field, cell []byte) func(json.RawMessage) bool {
	type ref struct{ Href, SourcedID, Type string }
	var wanted []string
	for text := range strings.SplitSeq(string(cell), ",") {
		if id, err := strconv.ParseUint(text, 10, 32); err == nil && sees.view.Set(f.Target).Contains(uint32(id)) {
			wanted = append(wanted, sees.view.Snapshot.SourcedID(f.Target, uint32(id)))
		}
	}
	return func(got json.RawMessage) bool {
		var refs []ref
		if f.Kind == catalog.Reference && got != nil {
			got = slices.Concat(json.RawMessage("["), got, json.RawMessage("]"))
		}
		if got != nil && json.Unmarshal(got, &refs) != nil || len(refs) != len(wanted) || got != nil && len(refs) == 0 {
			return false
		}
		for i, r := range refs {
			if r.SourcedID != wanted[i] || r.Type == "" || !strings.HasPrefix(r.Href, "https://x.example/") {
				return false
			}
		}
		return true
	}
}

func sameBag(wanted map[string]string) func(json.RawMessage) bool {
	return func(got json.RawMessage) bool {
		var bag map[string]string
		if got == nil {
			return len(wanted) == 0
		}
		if json.Unmarshal(got, &bag) != nil || len(bag) != len(wanted) {
			return false
		}
		for key, value := range wanted {
			if bag[key] != value {
				return false
			}
		}
		return true
	}
}

func sameIdentifiers(wanted map[string][]string) func(json.RawMessage) bool {
	return func(got json.RawMessage) bool {
		var list []struct{ Type, Identifier string }
		if got != nil && json.Unmarshal(got, &list) != nil {
			return false
		}
		byType := map[string][]string{}
		for _, id := range list {
			byType[id.Type] = append(byType[id.Type], id.Identifier)
		}
		for kind, ids := range wanted {
			if !slices.Equal(byType[kind], ids) {
				return false
			}
			delete(byType, kind)
		}
		return len(byType) == 0
	}
}

func FuzzAStringIsWrittenAsJSONReadsIt(f *testing.F) {
	for _, text := range []string{"", "a", `"`, `\`, "\x00\x01\x1f\x7f", "\u2028\u2029", "</script>&", "\U0001F469\u200D\U0001F52C", "\\u0041", "é"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return // an import takes none
		}
		var back string
		written := appendString(nil, []byte(text))
		if err := json.Unmarshal(written, &back); err != nil || back != text {
			t.Errorf("%q is written %s, which reads %q (%v)", text, written, back, err)
		}
		if same := appendString([]byte("before"), text); string(same) != "before"+string(written) {
			t.Errorf("%q is written %s as bytes and %s as a string", text, written, same)
		}
	})
}
