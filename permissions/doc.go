// Package permissions is all that a district decides for its apps as one document, which it
// can read, keep beside other files, edit and apply.
//
// Write makes the document of what holds, Read understands one:
//
//	text, err := permissions.Write(held)
//	...
//	wanted, err := permissions.Read(ctx, "permissions.yaml", text, permissions.District{...})
//	saved, err := registry.SaveTogether(ctx, engine, wanted.Savings(), by)
//
// The entry of an app is whole: what it does not name, the app does not get. An app without
// an entry is left alone. What Write makes of the same permissions is always the same bytes,
// and what it wrote changes nothing where it is applied.
//
// It saves nothing and knows no store: whoever reads says what holds. Names of fields are
// the catalog's, those of a scope are policy.Scope's own. Where a document is wrong, Problems
// says so line by line.
package permissions
