// Package likeness finds what somebody may have meant who wrote a name that there is not.
//
// Its main function is DidYouMean, which ends an error:
//
//	fmt.Errorf("no app is called %q%s", likeness.Echo(id), likeness.DidYouMean(id, ids))
//
// It knows no names itself, and never shows one that it was not given: whoever asks
// decides which names the reader may see.
package likeness
