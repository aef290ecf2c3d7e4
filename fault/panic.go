package fault

import (
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// Panic is a panic that was caught, as an error. Logged, it has its stack beside it.
type Panic struct {
	Value string // what may be said of the value
	Stack string // where it happened; it holds addresses in memory and no text
}

// Error says what happened.
func (p *Panic) Error() string { return "panic: " + p.Value }

// LogValue is the value and the stack.
func (p *Panic) LogValue() slog.Value {
	return slog.GroupValue(slog.String("value", p.Value), slog.String("stack", p.Stack))
}

// Panics counts the panics that were caught by those who share it. The zero Panics
// is ready, and so is a nil one, which counts nothing.
type Panics struct{ count atomic.Int64 }

// Count is how many there were.
func (p *Panics) Count() int64 { return p.count.Load() }

// Caught turns what recover returned into an error. It is called by the deferred
// function itself, so that the stack is that of the panic.
func (p *Panics) Caught(value any) *Panic {
	if p != nil {
		p.count.Add(1)
	}
	if before, caught := value.(*Panic); caught { // in another goroutine
		return before
	}
	return &Panic{Value: sayable(value), Stack: string(debug.Stack())}
}

// sayable is what a log may hold of a panic's value. What the runtime says names
// types, lengths and positions. Anything else may be made of a record, an error's
// text not least, and is named by its type alone.
func sayable(value any) string {
	said, fromRuntime := value.(runtime.Error)
	if fromRuntime && owner(value) == "runtime" {
		return said.Error()
	}
	return fmt.Sprintf("a value of type %T", value)
}

// owner is the package of a value's type.
func owner(value any) string {
	kind := reflect.TypeOf(value)
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return kind.PkgPath()
}
