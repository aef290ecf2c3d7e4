package intake

import (
	"errors"
	"io"
	"sync"
)

// ahead calls each for every value that next gives, up to io.EOF, while next, beside
// it, is some values ahead: reading takes about as long as what is done with what was
// read. A value of next holds until its next call; keep makes one that holds, with
// room that it may use for that. Next is not called any more when ahead returns.
func ahead[T, R any](next func() (T, error), keep func(T, *[]R) T, each func(T) error) error {
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
		for _, value := range b.values {
			if err := each(value); err != nil {
				return err
			}
		}
		switch {
		case b.crash != nil:
			panic(b.crash) // for whoever catches those of this goroutine
		case errors.Is(b.err, io.EOF):
			return nil
		case b.err != nil:
			return b.err
		}
	}
}

// batch is some values that were read, and what ended the reading behind them.
type batch[T any] struct {
	values []T
	err    error
	crash  any
}

func readBatch[T, R any](next func() (T, error), keep func(T, *[]R) T) (b batch[T]) {
	const size = 256
	defer func() { b.crash = recover() }()
	b.values = make([]T, 0, size)
	var room []R
	for len(b.values) < size {
		value, err := next()
		if err != nil {
			b.err = err
			break
		}
		b.values = append(b.values, keep(value, &room))
	}
	return b
}
