package auditor

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/web/frame"
)

// columns are the columns of the list, and what it can be sorted by.
func (l auditList) columns() []frame.Column {
	time := frame.Column{Key: "time", Label: "Time", Falls: true}
	switch l.kind {
	case audit.KindChange:
		return []frame.Column{time, {Key: "who", Label: "Who"}, {Key: "what", Label: "What"}, {Key: "app", Label: "App"}, {Label: "About"}, {Label: "Reason"}}
	case audit.KindRefusal:
		return []frame.Column{time, {Key: "app", Label: "Who"}, {Label: "Asked for"}, {Key: "answer", Label: "Answer", Number: true}, {Key: "reason", Label: "Reason"}, {Key: "how", Label: "How"}}
	}
	return []frame.Column{time, {Key: "app", Label: "App"}, {Key: "of", Label: "Records of"}, {Key: "records", Label: "Records", Number: true, Falls: true}, {Label: "Fields"}, {Label: "Metadata"}, {Key: "how", Label: "How"}}
}

// turn is the part of the ledger that the list shows, in its order. What the page calls by
// another name than the ledger goes by the page's.
func (m auditModel) turn(list frame.Listing) audit.Turn {
	t := audit.Turn{Rising: list.Rising(), Skip: (list.Page - 1) * auditShown, AtMost: auditShown}
	switch list.Sort {
	case "app":
		t.By, t.Ranks = audit.ByApp, ranked(m.names)
	case "of":
		t.By, t.Ranks = audit.ByEntity, ranked(kindLabels())
	case "records":
		t.By = audit.ByCount
	case "how":
		t.By = audit.ByDoor
	case "who":
		t.By = audit.ByActor
	case "what":
		t.By, t.Ranks = audit.ByAction, ranked(actionLabels())
	case "answer":
		t.By = audit.ByStatus
	case "reason":
		t.By, t.Ranks = audit.ByReason, ranked(refusalLabels())
	}
	return t
}

// ranked are what labels stand for, in the order of the labels.
func ranked(labels map[string]string) []string {
	byLabel := func(a, b string) int { return cmp.Or(cmp.Compare(labels[a], labels[b]), cmp.Compare(a, b)) }
	return slices.SortedFunc(maps.Keys(labels), byLabel)
}

// kindLabels are what the kinds of records are called.
func kindLabels() map[string]string {
	labels := map[string]string{}
	for _, e := range catalog.Tables(catalog.Both) {
		labels[e.Plural] = frame.KindLabel(e.Plural)
	}
	return labels
}
