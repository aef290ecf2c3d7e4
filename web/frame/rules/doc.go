// Package rules is the form in which people write files of Rego: the policy of an app, or a
// guardrail of the district. It reads what was posted and uploaded, tries it, and says what
// came of that beside the lines.
//
// Its main type is Form.
//
//	form, err := rules.Read(v, "a policy")
//	trial, err := form.Try(func(files rego.Source) (rego.Report, error) { return engine.Test(ctx, files) })
//	shown, loose := trial.Beside(form)
//
// It knows neither apps nor guardrails, and stores nothing. Its components are
// "ruletests", "rulefile" and "ruleproblems".
package rules
