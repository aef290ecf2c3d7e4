package catalog

// Parameter is a parameter that the query of a read may have.
type Parameter struct {
	Name     string
	Label    string // what it asks for
	Single   bool   // reads of one record have it, too
	Repeats  bool   // it may stand more than once
	Arranges bool   // it says which part of a list, and in which order, and not what is in it
}

// Parameters lists the parameters of reads. The cursor is ours; the others are the standard's.
func Parameters() []Parameter {
	return []Parameter{
		{Name: "limit", Label: "How many records a page has; 10,000 at the most, where more are asked for.", Arranges: true},
		{Name: "offset", Label: "How many records to skip.", Arranges: true},
		{Name: "sort", Label: "A field to sort by, in the order of code points; records without a value come last.", Arranges: true},
		{Name: "orderBy", Label: "asc or desc.", Arranges: true},
		{Name: "filter", Label: "field='value', joined by AND and OR; the operators are = != > >= < <= ~."},
		{Name: "fields", Label: "The fields to send, separated by commas, at most 200 names. Alone of the parameters, it may stand more than once.", Single: true, Repeats: true},
		{Name: "cursor", Label: "Where the page before ended; next links bring it, but not those of a sorted list.", Arranges: true},
	}
}
