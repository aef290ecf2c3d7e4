// Package prints tells packages apart, so that one that is imported again is known at once.
//
//	part, err := prints.Part(b)      // without reading it
//	print, err := prints.Full(ctx, b) // begins with part
//
// It keeps nothing.
package prints
