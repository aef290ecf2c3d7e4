package oauth1

// Bases are all base strings that a check tries for a query as it is read.
func (s Signature) Bases(method, location, rawQuery string) ([]string, error) {
	return s.bases(method, location, rawQuery)
}
