package codec

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// List is a list as it is stored; an empty one is no value.
func List(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return JSON(items)
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
	var items []string
	if text != "" {
		// What is stored was encoded here.
		_ = json.Unmarshal([]byte(text), &items)
	}
	return items
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

func ID(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32)
	return uint32(n)
}

func Pack(set *roaring.Bitmap) ([]byte, error) {
	set.RunOptimize()
	return set.ToBytes()
}

func Unpack(b []byte) *roaring.Bitmap {
	set := roaring.New()
	if len(b) == 0 || set.UnmarshalBinary(b) != nil {
		return roaring.New()
	}
	return set
}
