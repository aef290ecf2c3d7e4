// Package shares shares a server out among apps: how often each may ask (Rates), whose
// turn it is to have an answer computed (Turns), and how much of the memory the answers
// that are being sent may take (Memory). Each goes by the app's name alone.
//
//	turns := shares.NewTurns(connections)
//	waited, err := turns.Begin(ctx, "amplify")
//	defer turns.End("amplify")
//
// It is about one process. It knows neither requests nor databases, and a refusal of
// its is a fault.Unavailable or a time to wait.
package shares
