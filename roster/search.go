package roster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
)

// Hit is a record that a search found, with what tells it from others.
type Hit struct {
	ID        uint32
	SourcedID string
	Gone      bool    // the roster holds it no longer as active
	Texts     []Value // its texts, such as names and codes
	Words     []Value // what it is, such as a role
}

// Value is a field with the value that a record has.
type Value struct {
	Field catalog.Field
	Text  string
}

// The bounds of what can be searched for.
const (
	maxWords = 8
	maxWord  = 100 // characters
)

// Searched lists the fields that a search of an entity looks through: sourcedId
// and its texts. What describes somebody else is found by its sourcedId alone.
func Searched(e catalog.Entity) []catalog.Field {
	return slices.DeleteFunc(e.Stored(catalog.V11), func(f catalog.Field) bool {
		return f.Kind != catalog.ID && (f.Kind != catalog.Text || e.Describes != "")
	})
}

// Search finds at most most records of an entity, gone ones included, and reports
// whether there are more. A record is found by words that each stand in one of its
// texts, whatever their case. Those of which a text is the words come first, the
// others in the order of ids. It holds no more of the roster in memory than it
// returns.
func (r *Roster) Search(ctx context.Context, e catalog.Entity, text string, most int) (found []Hit, more bool, err error) {
	words := searchWords(text)
	if len(words) == 0 {
		return nil, false, nil
	}
	query := r.hits(ctx, e)
	for _, word := range words {
		query = word.narrow(query, e, r.DB.Dialect)
	}
	query = query.Clauses(clause.OrderBy{Expression: clause.Expr{
		SQL:  "CASE WHEN ? IN (" + strings.Join(columnsOf(Searched(e)), ", ") + ") THEN 0 ELSE 1 END, id",
		Vars: []any{strings.TrimSpace(text)}, WithoutParentheses: true,
	}})
	if !slices.ContainsFunc(words, searchWord.loose) {
		query = query.Limit(most + 1)
	}
	err = eachHit(query, e, func(h Hit) bool {
		if h.holds(words) {
			found = append(found, h)
		}
		return len(found) <= most
	})
	if err != nil {
		return nil, false, fmt.Errorf("search the %s: %w", e.Plural, database.Redact(err))
	}
	return found[:min(len(found), most)], len(found) > most, nil
}

// searchWord is one of the words that are asked for.
type searchWord string

// searchWords takes what a person asks for apart. What no roster can hold is no
// word.
func searchWords(text string) []searchWord {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil
	}
	var words []searchWord
	for word := range strings.FieldsSeq(text) {
		if runes := []rune(word); len(runes) > maxWord {
			word = string(runes[:maxWord])
		}
		if len(words) < maxWords {
			words = append(words, searchWord(word))
		}
	}
	return words
}

// narrow leaves the records with a text in which LIKE finds the word.
func (w searchWord) narrow(query *gorm.DB, e catalog.Entity, dialect database.Dialect) *gorm.DB {
	var conditions []string
	var args []any
	for _, column := range columnsOf(Searched(e)) {
		if dialect == database.Postgres { // in SQLite, LIKE ignores the case of ASCII
			column = "lower(" + column + ")"
		}
		for _, pattern := range w.patterns() {
			conditions = append(conditions, column+` LIKE ? ESCAPE '\'`)
			args = append(args, pattern)
		}
	}
	return query.Where("("+strings.Join(conditions, " OR ")+")", args...)
}

// maxPatterns bounds the ways in which a word may be written.
const maxPatterns = 16

// patterns find the word with LIKE. Of case, databases agree about ASCII alone, so
// each way to write another letter has a pattern of its own; where these would be
// too many, anything may stand in its place, and Hit.holds looks again.
func (w searchWord) patterns() []string {
	all := []string{"%"}
	for _, c := range string(w) {
		ways := spellings(c)
		if len(all)*len(ways) > maxPatterns {
			ways = []string{"%"}
		}
		var longer []string
		for _, start := range all {
			for _, way := range ways {
				longer = append(longer, start+way)
			}
		}
		all = longer
	}
	for i := range all {
		all[i] += "%"
	}
	return all
}

// spellings are the ways to write a letter that differ in case, in a pattern for what
// lower made of ASCII.
func spellings(c rune) []string {
	switch {
	case strings.ContainsRune(`%_\`, c):
		return []string{`\` + string(c)}
	case c < utf8.RuneSelf:
		return []string{strings.ToLower(string(c))}
	}
	ways := []string{string(c)}
	for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
		ways = append(ways, string(other))
	}
	return ways
}

// loose reports whether LIKE may find more than the word.
func (w searchWord) loose() bool {
	return strings.ContainsFunc(string(w), func(c rune) bool { return c >= utf8.RuneSelf })
}

// holds reports whether each word stands in one of the hit's texts.
func (h Hit) holds(words []searchWord) bool {
	fold := cases.Fold()
	texts := []string{fold.String(h.SourcedID)}
	for _, v := range h.Texts {
		texts = append(texts, fold.String(v.Text))
	}
	return !slices.ContainsFunc(words, func(word searchWord) bool {
		folded := fold.String(string(word))
		return !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, folded) })
	})
}

// Hits reads records of an entity by their ids, in ascending order, at most most
// of them.
func (r *Roster) Hits(ctx context.Context, e catalog.Entity, ids []uint32, most int) ([]Hit, error) {
	ids = slices.Sorted(slices.Values(ids))
	var found []Hit
	query := r.hits(ctx, e).Where(IDIn(r.DB.Dialect), IDList(r.DB.Dialect, ids[:min(len(ids), most)])).Order("id")
	if err := eachHit(query, e, func(h Hit) bool { found = append(found, h); return true }); err != nil {
		return nil, fmt.Errorf("read some of the %s: %w", e.Plural, database.Redact(err))
	}
	return found, nil
}

// hits selects what eachHit reads.
func (r *Roster) hits(ctx context.Context, e catalog.Entity) *gorm.DB {
	columns := columnsOf(HitFields(e))
	for i, column := range columns {
		columns[i] = "COALESCE(" + column + ", '')"
	}
	return r.DB.Read.WithContext(ctx).Table(e.Table()).Select("id, " + strings.Join(columns, ", "))
}

func columnsOf(fields []catalog.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = Quoted(f)
	}
	return names
}

// HitFields are the fields of a hit: what is searched, and words that say what a
// record is.
func HitFields(e catalog.Entity) []catalog.Field {
	words := slices.DeleteFunc(e.Stored(catalog.V11), func(f catalog.Field) bool {
		return f.Kind != catalog.Token || e.Describes != "" && f.Name != "status"
	})
	return append(Searched(e), words...)
}

// eachHit calls each with every hit of a query until it is false.
func eachHit(query *gorm.DB, e catalog.Entity, each func(Hit) bool) error {
	rows, err := query.Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	fields := HitFields(e)
	for rows.Next() {
		var id uint32
		cells := make([]string, len(fields))
		into := []any{&id}
		for i := range cells {
			into = append(into, &cells[i])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if !each(hitOf(id, fields, cells)) {
			return nil
		}
	}
	return rows.Err()
}

func hitOf(id uint32, fields []catalog.Field, cells []string) Hit {
	h := Hit{ID: id}
	for i, f := range fields {
		switch {
		case f.Kind == catalog.ID:
			h.SourcedID = cells[i]
		case f.Name == "status":
			h.Gone = cells[i] != "active"
		case cells[i] == "":
		case f.Kind == catalog.Text:
			h.Texts = append(h.Texts, Value{f, cells[i]})
		default:
			h.Words = append(h.Words, Value{f, cells[i]})
		}
	}
	return h
}
