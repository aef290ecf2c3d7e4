package permissions

import (
	"context"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/view"
)

// District is what a document is read against.
type District struct {
	Held    []apps.Permissions                           // what holds for every app
	Keys    func(app string) ([]roster.Key, error)       // as of roster.KeysFor
	Records func(plural string) ([]string, error)        // the sourcedIds of an entity
	Test    func(files rego.Source) (rego.Report, error) // as of policy.Engine

	Guardrails    guardrails.Saved
	TestGuardrail func(files rego.Source) (rego.Report, error) // as of policy.Engine
}

// Of is the district that a registry of apps belongs to, as it is now.
func Of(ctx context.Context, registry *apps.Registry, views *view.Memory, engine *policy.Engine) (District, error) {
	held, err := registry.Permissions(ctx)
	if err != nil {
		return District{}, err
	}
	guards, err := registry.Guardrails(ctx)
	return District{
		Held: held,
		Keys: func(app string) ([]roster.Key, error) { return registry.Keys(ctx, app) },
		Records: func(plural string) ([]string, error) {
			snapshot, err := views.Snapshot(ctx)
			if err != nil {
				return nil, err
			}
			return snapshot.SourcedIDs(plural), nil
		},
		Test:       func(files rego.Source) (rego.Report, error) { return engine.Test(ctx, files) },
		Guardrails: guards, TestGuardrail: func(files rego.Source) (rego.Report, error) { return engine.TestGuardrail(ctx, files) },
	}, err
}
