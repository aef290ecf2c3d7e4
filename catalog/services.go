package catalog

import (
	"slices"
	"sync"
)

// Service is a set of reads of one version of OneRoster, below one base.
type Service struct {
	Version Version
	Name    string   // its part of the path where a version has several: "rostering"
	Base    string   // below the public URL, without a slash at its end
	Aliases []string // further bases, to which no link leads
	Door    string   // what the ledger calls it
	Routes  []Route
}

// Services lists the services that answer: the one of 1.1, which has rostering and
// resources, and the two of 1.2.
func Services() []Service { return slices.Clone(serviceTable()) }

// ServiceOf is the service of a version that has reads of an entity; of an entity that has
// none, the one whose records it is a part of.
func ServiceOf(v Version, entity string) Service {
	all := serviceTable()
	i := slices.IndexFunc(all, func(s Service) bool {
		return s.Version == v && slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Entity == entity })
	})
	return all[max(i, 0)]
}

// serviceTable are the services, put together once.
var serviceTable = sync.OnceValue(func() []Service {
	v12 := Routes(V12)
	return []Service{
		{Version: V11, Base: "/ims/oneroster/v1p1", Door: "rest-1.1", Routes: Routes(V11)},
		{
			Version: V12, Name: "rostering", Base: "/ims/oneroster/rostering/v1p2", Aliases: []string{"/ims/oneroster/v1p2/rostering/v1p2"}, Door: "rest-1.2",
			Routes: slices.DeleteFunc(slices.Clone(v12), Route.ofResources),
		},
		{
			Version: V12, Name: "resources", Base: "/ims/oneroster/resources/v1p2", Aliases: []string{"/ims/oneroster/v1p2/resources/v1p2"}, Door: "rest-1.2",
			Routes: slices.DeleteFunc(slices.Clone(v12), func(r Route) bool { return !r.ofResources() }),
		},
	}
})

// ofResources reports whether the route belongs to OneRoster's resources, which are a service
// of their own since 1.2.
func (r Route) ofResources() bool { return r.Entity == "resources" }
