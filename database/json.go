package database

// SumInJSON is SQL that adds up the whole numbers by a name in a column that holds an array
// of JSON objects. Column and name are written out: they come from code, never from people.
func SumInJSON(d Dialect, column, name string) string {
	if d == SQLite {
		return "(SELECT coalesce(sum(value ->> '" + name + "'), 0) FROM json_each(" + column + "))"
	}
	return "(SELECT coalesce(sum((one ->> '" + name + "')::bigint), 0) FROM json_array_elements(" + column + "::json) AS one)"
}
