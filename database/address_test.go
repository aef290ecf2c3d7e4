package database_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

func TestAPasswordWithACharacterThatEndsItIsRefusedWithoutAWordOfIt(t *testing.T) {
	for _, url := range []string{
		"postgres://rg:hun@ter2@db/rostergate", "postgres://rg:hunter2@@db/rostergate", "postgres://r@g:hunter2@db/rostergate",
		"postgres://rg:hun/ter2@db/rostergate", "postgres://rg:12/hunter2@db/rostergate", "postgres://rg:12?hunter2@db/rostergate",
		"postgres://rg:12#hunter2@db/rostergate", "postgresql://rg:hunter2@ter@db/rostergate?sslmode=disable",
	} {
		_, err := database.Open(context.Background(), url, database.Options{})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "%40") {
			t.Errorf("%s: %v; wanted a fault that says what to write", url, err)
			continue
		}
		for _, part := range []string{"hun", "ter2", "12", "db/"} {
			if strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error shows %q: %v", url, part, err)
			}
		}
	}
}

func TestAPasswordThatIsWrittenAsItShouldBeReachesItsServer(t *testing.T) {
	for _, url := range []string{
		"postgres://rg:hun%40ter2@127.0.0.1:1/rostergate", "postgres://127.0.0.1:1/rostergate?user=rg@directory&password=hunter2",
		"postgres://127.0.0.1:1/rostergate", "postgres:///rostergate?host=127.0.0.1&port=1",
	} {
		_, err := database.Open(context.Background(), url, database.Options{})
		if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "ter2") {
			t.Errorf("%s: %v; wanted that the server does not answer, and no password", url, err)
		}
	}
}
