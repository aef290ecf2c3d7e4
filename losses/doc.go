// Package losses says which apps lack somebody, or get something amiss, because of what the
// last import counted: how many students an app misses for want of enrollments, how many
// it gets with values that are no codes.
//
// Its main type is Teller.
//
//	lines, err := losses.Teller{Apps: registry, Gateway: gate}.Lines(ctx)
//
// It tells counts and never who. For one record, explanation says why.
package losses
