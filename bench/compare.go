package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// connections pull at the same time.
const connections = 8

// target is what is pulled from.
type target struct {
	*server
	path   string
	header string
}

// pace is what one slice measured.
type pace struct {
	perSecond float64 // records
	cpu       float64 // microseconds of the server's CPU time per record
}

// compare pulls from all in turn, round after round, at two page sizes: the whole
// list, as a vendor's sync does, its start and its deep end.
func (b *bench) compare(ctx context.Context, gateway, same, whole target) error {
	total, err := count(gateway)
	if err != nil {
		return err
	}
	fmt.Printf("%d users in view, %d connections, %d rounds of %s; records a second, medians\n", total, connections, b.rounds, b.slice)
	fmt.Printf("%-27s %10s %12s %7s %12s %7s   %s\n", "", "gateway", "same fields", "ratio", "all fields", "ratio", "us of CPU a record")
	for _, limit := range []int{100, 1000} {
		for _, part := range []struct {
			name       string
			from, long float64
		}{{"whole list", 0, 1}, {"first tenth", 0, 0.1}, {"last tenth", 0.9, 0.1}} {
			first := int(part.from * float64(total))
			span := max(int(part.long*float64(total)), limit)
			found, err := b.rounded(ctx, []target{gateway, same, whole}, limit, first, span)
			if err != nil {
				return err
			}
			g, s, w := found[0], found[1], found[2]
			fmt.Printf("%-27s %10.0f %12.0f %7.2f %12.0f %7.2f   %.2f %.2f %.2f\n", fmt.Sprintf("pages of %d, %s", limit, part.name),
				g.perSecond, s.perSecond, g.perSecond/s.perSecond, w.perSecond, g.perSecond/w.perSecond, g.cpu, s.cpu, w.cpu)
		}
	}
	return nil
}

func (b *bench) rounded(ctx context.Context, targets []target, limit, first, span int) ([]pace, error) {
	all := make([][]pace, len(targets))
	for range b.rounds + 1 { // the first warms up
		for i, one := range targets {
			measured, err := b.pull(ctx, one, limit, first, span)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], measured)
		}
	}
	var medians []pace
	for _, paces := range all {
		medians = append(medians, median(paces[1:]))
	}
	return medians, nil
}

// pull asks for pages for a slice of time.
func (b *bench) pull(ctx context.Context, t target, limit, first, span int) (pace, error) {
	ctx, stop := context.WithTimeout(ctx, b.slice)
	defer stop()
	before, start := t.cpuTime(), time.Now()
	var pages, turn atomic.Int64
	var failed atomic.Value
	var all sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	several := int64(max(span/limit, 1))
	for range connections {
		all.Go(func() {
			for ctx.Err() == nil {
				offset := first + int((turn.Add(1)-1)%several)*limit
				if err := t.page(client, limit, offset); err != nil {
					failed.Store(err)
					return
				}
				pages.Add(1)
			}
		})
	}
	all.Wait()
	if err, ok := failed.Load().(error); ok {
		return pace{}, err
	}
	records := float64(pages.Load()) * float64(limit)
	return pace{records / time.Since(start).Seconds(), float64((t.cpuTime() - before).Microseconds()) / records}, nil
}

func (t target) page(client *http.Client, limit, offset int) error {
	answer, err := t.get(client, fmt.Sprintf("?limit=%d&offset=%d", limit, offset))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("pull a page: %s", answer.Status)
	}
	bytes, err := drain(answer.Body)
	if err == nil && bytes < int64(limit)*leastBytes {
		return fmt.Errorf("pull a page: %d bytes are no %d records", bytes, limit)
	}
	return err
}

// leastBytes is less than any user takes.
const leastBytes = 200

func (t target) get(client *http.Client, query string) (*http.Response, error) {
	r, err := http.NewRequest(http.MethodGet, t.base+t.path+query, nil)
	if err != nil {
		return nil, err
	}
	if t.header != "" {
		r.Header.Set("Authorization", t.header)
	}
	return client.Do(r)
}

// count is how many records the list has.
func count(t target) (int, error) {
	answer, err := t.get(http.DefaultClient, "?limit=1")
	if err != nil {
		return 0, err
	}
	if _, err := drain(answer.Body); err != nil {
		return 0, err
	}
	return strconv.Atoi(answer.Header.Get("X-Total-Count"))
}

// cpuTime is the CPU time that the server has used, as Linux counts it.
func (s *server) cpuTime() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const user, system, tick = 11, 12, 10 * time.Millisecond
	u, _ := strconv.ParseInt(fields[user], 10, 64)
	s2, _ := strconv.ParseInt(fields[system], 10, 64)
	return time.Duration(u+s2) * tick
}

func median(all []pace) pace {
	slices.SortFunc(all, func(a, b pace) int {
		switch {
		case a.perSecond < b.perSecond:
			return -1
		case a.perSecond > b.perSecond:
			return 1
		}
		return 0
	})
	return all[len(all)/2]
}
