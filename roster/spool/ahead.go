package spool

import (
	"errors"
	"io"
	"sync"
)

// Ahead calls each for every value that next gives, up to io.EOF, while next, beside
// it, is some values ahead: reading takes about as long as what is done with what was
// read. Of few values nothing is read beside. A value of next holds until its next call;
// keep makes one that holds, with room that it may use for that, and says how many bytes
// it holds. Next is not called any more when Ahead returns.
func Ahead[T, R any](next func() (T, error), keep func(T, *[]R) (T, int), each func(T) error) error {
	first := readBatch(next, keep)
	if over, err := first.pass(each); over || err != nil {
		return err
	}
	batches, stop := make(chan batch[T], 2), make(chan struct{})
	var reading sync.WaitGroup
	reading.Go(func() {
		for more := true; more; {
			b := readBatch(next, keep)
			more = b.err == nil && b.crash == nil
			select {
			case batches <- b:
			case <-stop:
				return
			}
		}
	})
	defer reading.Wait()
	defer close(stop)
	for {
		b := <-batches
		if over, err := b.pass(each); over || err != nil {
			return err
		}
	}
}

// batch is some values that were read, and what ended the reading behind them.
type batch[T any] struct {
	values []T
	err    error
	crash  any
}

// pass calls each for the values, and reports whether there are no more behind them.
func (b batch[T]) pass(each func(T) error) (over bool, err error) {
	for _, value := range b.values {
		if err := each(value); err != nil {
			return true, err
		}
	}
	switch {
	case b.crash != nil:
		panic(b.crash) // for whoever catches those of this goroutine
	case errors.Is(b.err, io.EOF):
		return true, nil
	}
	return b.err != nil, b.err
}

func readBatch[T, R any](next func() (T, error), keep func(T, *[]R) (T, int)) (b batch[T]) {
	const (
		size = 256     // values
		most = 1 << 20 // bytes, and one value more
	)
	defer func() { b.crash = recover() }()
	b.values = make([]T, 0, size)
	var room []R
	for held := 0; len(b.values) < size && held < most; {
		value, err := next()
		if err != nil {
			b.err = err
			break
		}
		kept, bytes := keep(value, &room)
		b.values, held = append(b.values, kept), held+bytes
	}
	return b
}
