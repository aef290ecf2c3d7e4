package terminal

// Table writes rows below a heading, which is left out where there is no row.
type Table struct {
	Lines
	Format  string   // of a row and of the heading, each column %v with its width, and a line end
	Heading []string // what the columns are

	begun bool
}

// Row writes a row, a cell for each column.
func (t *Table) Row(cells ...any) {
	if !t.begun {
		t.begun = true
		heading := make([]any, len(t.Heading))
		for i, column := range t.Heading {
			heading[i] = column
		}
		t.Writef(t.Format, heading...)
	}
	t.Writef(t.Format, cells...)
}
