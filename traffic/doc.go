// Package traffic is what is told of each answer that was sent, for a log and for
// numbers: by whom, by which route, how large and how fast.
//
// Its main type is Answer. Who answers makes one and hands it to whoever counts or logs:
//
//	answered := traffic.Logged(log)
//	answered(traffic.Answer{Door: traffic.API, Route: "/ims/oneroster/v1p1/users", App: "amplify", Status: 200})
//
// It holds nothing that a request or a roster brought: no path, no query, no header, no
// value. It counts nothing and sends nothing.
package traffic
