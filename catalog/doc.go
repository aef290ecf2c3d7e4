// Package catalog says once what every OneRoster entity and field is: its name
// in JSON, its CSV header, its kind, what it refers to, in which versions it
// exists, how sensitive it is and which routes reveal it; and of a kind, what is
// left of its values in their coarse form.
//
// The catalog is data. CSV headers, SQL columns, REST projection, filters, the
// policy's view of fields, the words on the pages, the names in the ledger and
// docs/fields.md all range over it, so that a field added here is a field
// everywhere (and a test names whatever was forgotten).
//
//	users, _ := catalog.Find("users")
//	for _, f := range users.Stored(catalog.V11) {
//		fmt.Println(f.Name, f.Header(), f.Class)
//	}
//
// Member is the one noun for what is granted, shown and recorded one by one: a field, a
// metadata key or a type of userIds, with its text, order and comparison.
//
// It imports the standard library only and knows nothing of databases, HTTP or
// policy. District-defined metadata keys are not in it: they are discovered at
// import; only what is publicly known of some of them is (see Known).
package catalog
