package audit_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// victimVariable makes this test binary a process that discloses until it is
// killed.
const victimVariable = "ROSTERGATE_TEST_VICTIM"

func TestMain(m *testing.M) {
	if url := os.Getenv(victimVariable); url != "" {
		fmt.Fprintln(os.Stderr, victim(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// victim says each request id once its disclosure is promised to be durable.
func victim(url string) error {
	db, err := database.Open(context.Background(), url, database.Options{})
	if err != nil {
		return err
	}
	l := audit.Open(db, db, time.Now)
	failed := make(chan error)
	for caller := range 8 {
		go func() {
			for i := 0; ; i++ {
				request := fmt.Sprintf("%d-%d", caller, i)
				if err := l.Disclose(context.Background(), users(request, 1)); err != nil {
					failed <- err
				}
				fmt.Println(request)
			}
		}()
	}
	return <-failed
}

func TestWhatAKilledProcessDisclosedIsInTheLedger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		url, _ := urls(s)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victimVariable+"="+url)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var said []string
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said = append(said, lines.Text())
			if len(said) == 100 {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
		if len(said) < 100 {
			t.Fatalf("the process said %d requests before it ended", len(said))
		}
		count := map[string]int{}
		for _, e := range ask(t, open(t, s, noon).Disclosures, audit.Question{}) {
			count[e.RequestID]++
		}
		for _, request := range said {
			if count[request] != 1 {
				t.Errorf("request %s was answered and is in the ledger %d times", request, count[request])
			}
		}
	})
}
