package likeness

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

const (
	mostNear    = 3  // near misses that an error names
	longestEcho = 60 // characters of a wrong name that an error repeats
)

// DidYouMean ends an error about a wrong name: the nearest of the right ones,
// or nothing where none is near.
func DidYouMean(wrong string, right []string) string { return Question(near(wrong, right)) }

// Question ends an error by names that may have been meant, or by nothing.
func Question(names []string) string {
	if len(names) == 0 {
		return ""
	}
	last := len(names) - 1
	if last == 0 {
		return "; did you mean " + names[0] + "?"
	}
	return "; did you mean " + strings.Join(names[:last], ", ") + " or " + names[last] + "?"
}

// Nearest lists the up to three names that are most like a short one, none of which is
// further away than so many letters. Two letters that changed their places count as two.
func Nearest(wrong string, right []string, furthest int) []string {
	away := func(name string) int {
		return levenshtein.ComputeDistance(strings.ToLower(wrong), strings.ToLower(name))
	}
	found := slices.DeleteFunc(slices.Clone(right), func(name string) bool { return away(name) > furthest })
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(away(a), away(b)), cmp.Compare(a, b)) })
	return found[:min(len(found), mostNear)]
}

// One is the name that is most like a short one, if any is: alone in the list, or nothing.
func One(wrong string, right []string) []string {
	found := Nearest(wrong, right, max(2, len(wrong)/3))
	return found[:min(len(found), 1)]
}

// near lists the right names that are near the wrong one: first those that
// differ in case only, then those that end alike (the entity or "metadata." was
// forgotten), then those with few letters to change.
func near(wrong string, right []string) []string {
	type miss struct {
		name string
		rank int
	}
	var misses []miss
	for _, name := range right {
		if rank, ok := distance(Echo(wrong), name); ok {
			misses = append(misses, miss{name, rank})
		}
	}
	slices.SortStableFunc(misses, func(a, b miss) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, m := range misses[:min(len(misses), mostNear)] {
		names = append(names, m.name)
	}
	return names
}

func distance(wrong, name string) (rank int, near bool) {
	wrong, name = strings.ToLower(wrong), strings.ToLower(name)
	if wrong == name {
		return 0, true
	}
	if end := wrong[strings.LastIndexByte(wrong, '.')+1:]; end != "" && strings.HasSuffix(name, "."+end) {
		return 1, true
	}
	wrong, name = apart(wrong, name)
	changes := levenshtein.ComputeDistance(wrong, name)
	return 1 + changes, changes <= (utf8.RuneCountInString(wrong)+1)/3
}

// apart drops the words that both names begin with, so that a long entity does
// not make everything in it near.
func apart(a, b string) (string, string) {
	for {
		wordA, restA, more := strings.Cut(a, ".")
		wordB, restB, too := strings.Cut(b, ".")
		if !more || !too || wordA != wordB {
			return a, b
		}
		a, b = restA, restB
	}
}

// Echo keeps an error from repeating a text of any length.
func Echo(text string) string {
	if runes := []rune(text); len(runes) > longestEcho {
		return string(runes[:longestEcho]) + "..."
	}
	return text
}
