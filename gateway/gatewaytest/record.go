package gatewaytest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
)

// Entries are the ledger's entries about a request, with what the first gateway has
// counted of refusals until now. Of those that are counted together, the first and the
// last are found.
func (d *District) Entries(requestID string) []audit.Entry {
	d.t.Helper()
	if err := d.Ledger.Settle(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	var entries []audit.Entry
	if err := d.Store.Ledger.Read.Where("request_id = ? OR last_request_id = ?", requestID, requestID).Order("id").Find(&entries).Error; err != nil {
		d.t.Fatal(err)
	}
	return entries
}

// Sent are the sourcedIds of the records that a disclosure names, sorted.
func (d *District) Sent(e audit.Entry) []string {
	d.t.Helper()
	set, err := e.Sent()
	if err != nil {
		d.t.Fatal(err)
	}
	entity, known := catalog.Find(e.Entity)
	if !known {
		d.t.Fatalf("the ledger names the entity %q", e.Entity)
	}
	ids := []string{}
	if err := d.Store.DB.Read.Table(entity.Table()).Where("id IN ?", set.ToArray()).Pluck("sourced_id", &ids).Error; err != nil {
		d.t.Fatal(err)
	}
	if uint64(len(ids)) != set.GetCardinality() {
		d.t.Fatalf("the ledger names %d records, of which the roster has %d", set.GetCardinality(), len(ids))
	}
	slices.SortFunc(ids, cmp.Compare[string])
	return ids
}

// Known are the sourcedIds of every record that the roster has of an entity.
func (d *District) Known(plural string) []string {
	d.t.Helper()
	entity, known := catalog.Find(plural)
	if !known {
		d.t.Fatalf("there is no entity %q", plural)
	}
	var ids []string
	if err := d.Store.DB.Read.Table(entity.Table()).Order("id").Pluck("sourced_id", &ids).Error; err != nil {
		d.t.Fatal(err)
	}
	return ids
}

// Guardian is the sourcedId of a guardian of the made-up district.
func (d *District) Guardian() string {
	d.t.Helper()
	for _, id := range d.Known("users") {
		if strings.HasPrefix(id, "gd") {
			return id
		}
	}
	d.t.Fatal("the district has no guardian")
	return ""
}
