package auditor

// ActionLabel is what people call what a change did.
func ActionLabel(action string) string { return actionLabel(action) }
