// Package gains says what an app gains and loses where its grant changes, where it is
// enabled and where it is added: the component "gains" of a page, which a person reads
// before it is so.
//
// Its main type is Teller. A room asks it with two offers, and shows the Part:
//
//	part, err := r.Tells.Between(v, app, gateway.Offer{Grant: &held}, gateway.Offer{Grant: &next})
//
// It counts, and shows no values. It decides nothing, which package gateway does, and
// stores nothing, which the rooms do.
package gains
