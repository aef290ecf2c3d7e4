package codec

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
)

// List is a list as it is stored; an empty one is no value.
func List(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return string(AppendList(nil, items))
}

// AppendList appends a list of texts as JSON writes it.
func AppendList(to []byte, items []string) []byte {
	to = append(to, '[')
	for i, item := range items {
		if i > 0 {
			to = append(to, ',')
		}
		to = AppendText(to, item)
	}
	return append(to, ']')
}

// AppendText appends a text as JSON writes it. Nearly all texts need no more than
// quotation marks; what may need more is left to the encoder.
func AppendText(to []byte, text string) []byte {
	if !plain(text) {
		return append(to, JSON(text)...)
	}
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"')
}

// plain reports whether JSON writes a text as it is.
func plain(text string) bool {
	ascii := true
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(text) && !strings.ContainsAny(text, "\u2028\u2029")
}

// JSON is v as JSON, map keys sorted, without HTML escapes.
func JSON(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	// Strings, lists and maps of strings always encode.
	_ = enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n")
}

// Items reads a list as it is stored.
func Items(text string) []string {
	if items, ok := plainItems(text); ok {
		return items
	}
	var items []string
	// What is stored was encoded here.
	_ = json.Unmarshal([]byte(text), &items)
	return items
}

// plainItems reads a list none of whose items needs more than quotation marks, with
// nothing between them but a comma.
func plainItems(text string) ([]string, bool) {
	if text == "" {
		return nil, true
	}
	inner, opened := strings.CutPrefix(text, `["`)
	inner, closed := strings.CutSuffix(inner, `"]`)
	if !opened || !closed {
		return nil, false
	}
	items := strings.Split(inner, `","`)
	sound := !slices.ContainsFunc(items, func(item string) bool { return !plain(item) })
	return items, sound
}

// Text reads a text as JSON writes it; what is none is given back.
func Text(encoded string) string {
	var text string
	if json.Unmarshal([]byte(encoded), &text) != nil {
		return encoded
	}
	return text
}

// Bag reads a stored bag into the JSON of its members, each in one form
// whatever a database made of it.
func Bag(text string) map[string]string {
	var members map[string]any
	if text == "" || json.Unmarshal([]byte(text), &members) != nil {
		return nil
	}
	plain := make(map[string]string, len(members))
	for name, value := range members {
		plain[name] = JSON(value)
	}
	return plain
}

// BagText is a bag as it is stored, of the JSON of its members.
func BagText(members map[string]string) string {
	if len(members) == 0 {
		return ""
	}
	text := []byte{'{'}
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(AppendText(text, name), ':')
		text = append(text, members[name]...)
	}
	return string(append(text, '}'))
}

// IDs reads a stored reference, or a list of them.
func IDs(cell string) []uint32 {
	var ids []uint32
	if cell != "" {
		for word := range strings.SplitSeq(cell, ",") {
			ids = append(ids, ID(word))
		}
	}
	return ids
}

// ID reads a stored id.
func ID(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32)
	return uint32(n)
}

// Pack is a set of ids as it is stored.
func Pack(set *roaring.Bitmap) ([]byte, error) {
	set.RunOptimize()
	return set.ToBytes()
}

// Unpack reads a stored set of ids; what is none is empty.
func Unpack(b []byte) *roaring.Bitmap {
	set := roaring.New()
	if len(b) == 0 || set.UnmarshalBinary(b) != nil {
		return roaring.New()
	}
	return set
}
