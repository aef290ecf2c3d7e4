// Package openapi describes the gateway's API from the catalog: as OpenAPI
// documents for programs, one for each service, and as pages for people.
//
//	for _, s := range catalog.Services() {
//		document, err := openapi.Document("https://roster.example.org", s)
//	}
//	page, err := openapi.Page("https://roster.example.org") // and FirstSync
//
// All of them speak of the standard's fields only. What a district defines itself, and
// what an app is granted, is in none: a description that everybody may read
// must not tell it.
package openapi
