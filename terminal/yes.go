package terminal

import (
	"bufio"
	"context"
	"io"
	"strings"
)

// SaysYes waits for a line, or for the person to break off, and reports whether it was a yes.
func SaysYes(ctx context.Context, in io.Reader) bool {
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n') // a line that ends too early is no yes
		answered <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case answer := <-answered:
		return answer == "y" || answer == "yes"
	case <-ctx.Done():
		return false
	}
}
