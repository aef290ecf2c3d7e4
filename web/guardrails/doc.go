// Package guardrails is the room in which a district says what no grant may break: rules
// chosen from a list, or written in Rego.
//
//	room := &guardrails.Room{Apps: apps, Engine: engine, Tells: tells}
//	frame.New(parts, room.Pages())
//
// Its main type is Room. What a rule takes away is decided by policy, and what it is called
// says the rule itself.
package guardrails
