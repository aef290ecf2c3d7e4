package traffic

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// Door is who answered.
type Door string

// The doors.
const (
	API   Door = "api"
	Pages Door = "pages"
)

// Unknown stands for a route, a method or an app that is none of ours. No route and no
// id of an app has parentheses.
const Unknown = "(unknown)"

// Answer is an answer that was sent, or broke off. All texts in it are from sets that
// are ours and small.
type Answer struct {
	RequestID string // ours
	Door      Door
	Method    string // one of HTTP's, or Unknown
	Route     string // the pattern of the path, or Unknown
	App       string // that asked, as far as it is known; else ""
	Status    int
	Records   int           // that were sent to an app
	Bytes     int64         // of the body
	Took      time.Duration // from the head of the request to the last byte that was handed over
}

// MethodOf is the method of a request. Clients may call one as they like, so one that
// HTTP does not know is Unknown.
func MethodOf(r *http.Request) string {
	known := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace,
	}
	if slices.Contains(known, r.Method) {
		return r.Method
	}
	return Unknown
}

// Logged writes a line about each answer.
func Logged(log *slog.Logger) func(Answer) {
	return func(a Answer) {
		about := []slog.Attr{slog.String("request_id", a.RequestID), slog.String("door", string(a.Door)), slog.String("method", a.Method), slog.String("route", a.Route)}
		if a.App != "" {
			about = append(about, slog.String("app", a.App))
		}
		about = append(about, slog.Int("status", a.Status), slog.Int64("bytes", a.Bytes), slog.Float64("ms", float64(a.Took.Microseconds())/1000))
		if a.Records > 0 {
			about = append(about, slog.Int("records", a.Records))
		}
		log.LogAttrs(context.Background(), slog.LevelInfo, "answered", about...)
	}
}

// Each hands an answer to several.
func Each(to ...func(Answer)) func(Answer) {
	return func(a Answer) {
		for _, one := range to {
			one(a)
		}
	}
}
