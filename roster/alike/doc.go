// Package alike finds which columns of an entity tell the same, so that hiding one of them
// hides nothing while the other is shared.
//
// Its main type is Columns.
//
//	columns := alike.New(users, []string{"LDAP"}, []string{"homeRoom"}, 12000)
//	columns.Key(0, "101")
//	columns.Row(stored)
//	pairs := columns.Found()
//
// It keeps counts and digests, and no value.
package alike
