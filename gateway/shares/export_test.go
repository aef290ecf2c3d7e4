package shares

// TurnsOf are turns, so many in all and of each app, of which nobody has one.
func TurnsOf(total, own int) *Turns {
	return &Turns{total: total, own: own, byApp: map[string]*line{}}
}

// Ask asks for a turn. The channel is nil where it has begun, and closed when it does.
func (t *Turns) Ask(app string) <-chan struct{} { return t.ask(app) }

// Bounds are how many there are at one time, of all apps and of one.
func (t *Turns) Bounds() (total, own int) { return t.total, t.own }

// Idle reports whether nothing is remembered of anybody.
func (t *Turns) Idle() bool { return t.taken == 0 && len(t.byApp) == 0 && len(t.waiting) == 0 }
