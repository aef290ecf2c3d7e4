// Package handout is what a demo tells the outside: how to sign in, and how to ask as each
// of its apps.
//
// Its main type is Handout, which is printed for people and kept as a file of JSON:
//
//	h.Locate("http://127.0.0.1:8080")
//	err := h.WriteFile("demo.json")
//
// It makes no district, no app and no account.
package handout
