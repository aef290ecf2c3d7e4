// Package openapi describes the gateway's API from the catalog: as an OpenAPI
// document for programs, and as a page for people.
//
//	document, err := openapi.Document("https://roster.example.org")
//	page, err := openapi.Page("https://roster.example.org")
//
// Both speak of the standard's fields only. What a district defines itself, and
// what an app is granted, is in neither: a description that everybody may read
// must not tell it.
package openapi
