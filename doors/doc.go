// Package doors is where a process listens, and how it ends: what is under way is finished
// first.
//
// Its main type is Door, a server and where it listens:
//
//	at, err := doors.Listen(ctx, "listen", "127.0.0.1:8080")
//	err = doors.Open(ctx, log, doors.Door{Server: server, At: at})
//
// It knows nothing of what is answered.
package doors
