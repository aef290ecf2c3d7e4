// Package oauth1 reads and checks signatures of OAuth 1.0a without a token (RFC 5849),
// by HMAC-SHA1 or HMAC-SHA256. It is pure: it knows neither HTTP nor who has
// which secret.
//
// Its main type is Signature:
//
//	s, ok := oauth1.Parse(header)
//	query, err := s.Check("GET", "https://roster.example.org/path", rawQuery, secret)
//	at, err := s.Time(now)
//
// Base strings are those of the standard and a few that signers make of a request instead
// (docs/signatures.md). Each gives the request that was signed and no other.
//
// Whether a nonce was used before is for the ledger to say, which uses it up.
package oauth1
