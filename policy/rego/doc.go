// Package rego compiles and asks rules that are written in Rego, and is the only place
// that knows Open Policy Agent.
//
// A Program is what rules become: compiled alone, strictly, against a JSON schema of its
// input, with only the builtins that it is allowed. Ask evaluates it within bounds of
// time, steps and memory. A Document is the policy of one app: the rules only, hide, mask
// and keep_rows of package rostergate.app, each optional, of which the package knows the
// form and not what the names in them mean. Test runs the tests that come with rules and
// says which lines they reach.
//
// Rules are Rego of version 1. The keywords of what OPA calls rego.v2 wait behind a
// capability of their own since 1.22, and are not accepted: a policy that a district keeps
// for years must not mean something else after an upgrade of the engine.
package rego
