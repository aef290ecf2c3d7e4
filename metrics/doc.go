// Package metrics tells a Prometheus server how a house is doing: what was answered, how
// fast, what waits for the ledger, how old the roster is, what is held in memory.
//
// Its main type is Metrics. It counts the answers that it is told of, and reads the rest
// when it is asked:
//
//	m := metrics.New()
//	m.Count(answer)
//	server := metrics.Server(m, metrics.Sources{Ledger: ledger, Intake: importer, ...})
//
// Its labels are ids of apps that the registry has, patterns of routes, and words of ours;
// whoever is not known is one label together. So there are only so many series, and no
// value of a roster is in any. It has a registry of its own, and nothing global. It
// changes nothing, and nobody who answers knows of it: they know package traffic.
package metrics
