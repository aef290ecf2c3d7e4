package metrics

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rostergate/rostergate/traffic"
)

// Path is where the numbers are.
const Path = "/metrics"

// pages stands in the place of an app where the pages answered.
const pages = "(pages)"

// readTime is how long the database may take to say what a scrape asks of it.
const readTime = 5 * time.Second

// Metrics counts answers, and tells of a house. It is safe for concurrent use. Make it
// with New.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by app, route, status
	seconds  *prometheus.HistogramVec // by route
	records  *prometheus.CounterVec   // by app
}

// New counts from now on.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rostergate_requests_total", Help: "Requests that were answered, by app, pattern of the path and status; 499 where the client hung up before it was answered or refused.",
		}, []string{"app", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rostergate_answer_seconds", Help: "How long answers took, from the head of the request to the last byte, by pattern of the path.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"route"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rostergate_records_sent_total", Help: "Records of answers that were sent whole, by app.",
		}, []string{"app"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.records,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Count counts an answer.
func (m *Metrics) Count(a traffic.Answer) {
	app := cmp.Or(a.App, traffic.Unknown)
	if a.Door == traffic.Pages {
		app = pages
	}
	m.requests.WithLabelValues(app, a.Route, strconv.Itoa(a.Status)).Inc()
	m.seconds.WithLabelValues(a.Route).Observe(a.Took.Seconds())
	if a.Records > 0 {
		m.records.WithLabelValues(app).Add(float64(a.Records))
	}
}

// tell tells what was counted and how a house is doing now.
func (m *Metrics) tell(s Sources, w http.ResponseWriter, r *http.Request) {
	now := prometheus.NewRegistry() // of this scrape: what was read for it
	now.MustRegister(s.read(r.Context()))
	all := prometheus.Gatherers{m.registry, now}
	promhttp.HandlerFor(all, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP(w, r)
}

// Server tells of a house by Path alone.
func Server(m *Metrics, s Sources) *http.Server {
	answers := http.NewServeMux()
	answers.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) { m.tell(s, w, r) })
	return &http.Server{
		Handler:           answers,
		ReadHeaderTimeout: 2 * readTime, ReadTimeout: 2 * readTime, WriteTimeout: 4 * readTime, IdleTimeout: 2 * time.Minute,
	}
}
