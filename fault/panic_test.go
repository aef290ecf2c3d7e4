package fault_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/fault"
)

// crash runs fn and catches its panic as servers do.
func crash(p *fault.Panics, fn func()) (caught *fault.Panic) {
	defer func() { caught = p.Caught(recover()) }()
	fn()
	return nil
}

func TestAPanicIsLoggedWithItsPlaceAndWithoutWhatItWasMadeOf(t *testing.T) {
	const secret = "Harlow"
	var none []string
	var nobody *strings.Builder
	panics := &fault.Panics{}
	for i, c := range []struct {
		fn   func()
		says string
	}{
		{func() { _ = none[len(secret)] }, "index out of range [6] with length 0"},
		{func() { _ = nobody.Len() }, "nil pointer dereference"},
		{func() { var v any = secret; _ = v.(int) }, "interface {} is string, not int"},
		{func() { panic(secret) }, "a value of type string"},
		{func() { panic(fmt.Errorf("read %s", secret)) }, "a value of type *errors.errorString"},
		{func() { panic(errors.Join(errors.New(secret))) }, "a value of type *errors.joinError"},
		{func() { panic(pretender{secret}) }, "a value of type fault_test.pretender"},
		{func() { panic(map[string]string{secret: secret}) }, "a value of type map[string]string"},
	} {
		caught := crash(panics, c.fn)
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Error("crashed", "panic", caught)
		if !strings.Contains(caught.Error(), c.says) || !strings.Contains(log.String(), c.says) || !strings.Contains(log.String(), "panic_test.go") {
			t.Errorf("%q: the log has %s", caught, log.String())
		}
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log repeats what the panic was made of: %s", log.String())
		}
		if panics.Count() != int64(i+1) {
			t.Errorf("%d panics were counted; want %d", panics.Count(), i+1)
		}
	}
	var uncounted *fault.Panics
	if caught := crash(uncounted, func() { _ = none[1] }); caught == nil {
		t.Error("without a counter a panic is not caught")
	}
}

// pretender says that it is an error of the runtime.
type pretender struct{ text string }

func (p pretender) Error() string { return p.text }

func (pretender) RuntimeError() {}
