package gateway_test

import (
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// watched has apps look before and behind every edit of a package.
type watched struct {
	*testing.T
	d     *gatewaytest.District
	p     parcel
	spies map[string]*spy
}

// watch imports a district, and has apps of amplify's fields watch it.
func watch(t *testing.T, d *gatewaytest.District, edits map[string]apps.Edit) *watched {
	t.Helper()
	w := &watched{t, d, unsettled(t), map[string]*spy{}}
	d.Import(w.p.Folder(t))
	for app, edit := range edits {
		d.Register(app, "amplify")
		d.Edit(app, edit)
		w.spies[app] = &spy{vendor: vendors()[0], Client: d.As(app), closely: true}
		w.spies[app].app = app
		w.spies[app].look()
	}
	return w
}

// noticed wants an edit of a file to be noticed by these apps and no other.
func (w *watched) noticed(file, edit string, by ...string) {
	w.Helper()
	w.p.Edit(w.T, file, edit)
	w.d.Import(w.p.Folder(w.T))
	wanted := map[string]bool{}
	for _, app := range by {
		wanted[app] = true
	}
	for app, s := range w.spies {
		s.notices(w.T, edit, wanted[app])
	}
}

func TestAnAppNoticesAnOrderOfWhatItSees(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		w := watch(t, d, map[string]apps.Edit{"all": {}, "oak": {Orgs: &policy.Among{Only: []string{"oak"}}}})
		w.noticed("users.csv", `~ "oak,elm",teacher => "elm,oak",teacher`, "all")
		w.noticed("users.csv", `~ "elm,oak",teacher => "elm,oak,an/nex",teacher`, "all", "oak")
		w.noticed("users.csv", `~ "elm,oak,an/nex",teacher => "oak,an/nex,elm",teacher`, "all")
		w.noticed("users.csv", `~ "oak,an/nex,elm",teacher => "an/nex,oak,elm",teacher`, "all", "oak")
	})
}

func TestAnAppNoticesOfAMaskedValueWhatTheMaskLeaves(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		on := true
		w := watch(t, d, map[string]apps.Edit{
			"plain":  {Demographics: &on, Share: []string{"demographics.birthDate"}},
			"coarse": {Demographics: &on, Mask: []string{"users.givenName=initial", "demographics.birthDate=year"}},
		})
		w.noticed("users.csv", "~ Pat,Pip => Paul,Pip", "plain")
		w.noticed("users.csv", "~ Paul,Pip => Saul,Pip", "plain", "coarse")
		w.noticed("demographics.csv", "~ 2016-01-01 => 2016-12-31", "plain")
		w.noticed("demographics.csv", "~ 2016-12-31 => 2017-01-01", "plain", "coarse")
		w.noticed("demographics.csv", "~ 2017-01-01 => ", "plain", "coarse")
	})
}

func TestAnAppNoticesNothingOfRowsThatJoinTheSame(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		w := watch(t, d, map[string]apps.Edit{"all": {}})
		w.noticed("classResources.csv", "~ cr-2,,,,algebra-a,chart => cr-7,,,,algebra-a,chart")
		w.noticed("classResources.csv", "+ cr-8,,,,algebra-a,chart")
		w.noticed("classResources.csv", "- cr-7")
		w.noticed("classResources.csv", "+ cr-9,,,,algebra-a,shelved", "all")
		// The two rows change places.
		w.noticed("classResources.csv", "~ cr-8,,,,algebra-a,chart => cr-8,,,,algebra-a,shelved\n~ cr-9,,,,algebra-a,shelved => cr-9,,,,algebra-a,chart")
		w.noticed("classResources.csv", "- cr-8", "all")
	})
}
