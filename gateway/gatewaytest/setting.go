package gatewaytest

import (
	"context"
	"time"

	"github.com/rostergate/rostergate/apps"
)

// Setting changes how a district and its gateways are set up.
type Setting func(*District)

// PublicURL is the address under which apps know the gateways, such as that of a
// proxy in front of them.
func PublicURL(url string) Setting { return func(d *District) { d.public = url } }

// Rate limits each app to so many requests a second.
func Rate(perSecond float64) Setting { return func(d *District) { d.rate = perSecond } }

// Patient lets a request that comes too early wait for so long; the clock passes for it.
func Patient(patience time.Duration) Setting { return func(d *District) { d.patience = patience } }

// AnswerTime limits how long an answer may take.
func AnswerTime(most time.Duration) Setting { return func(d *District) { d.answerTime = most } }

// AnswerMemory limits the bytes of the answers that are being sent.
func AnswerMemory(bytes int64) Setting { return func(d *District) { d.answerMemory = bytes } }

// Still stops the clock at an instant; only Clock.Pass moves it.
func Still(at time.Time) Setting { return func(d *District) { d.Clock.still = at } }

// Reseal gives an app's credential a secret that no registry would make.
func (d *District) Reseal(app, secret string) {
	d.t.Helper()
	var id string
	row := d.DB.Read.Raw("SELECT id FROM credentials WHERE app_id = ? AND revoked_at IS NULL", app).Row()
	if err := row.Scan(&id); err != nil {
		d.t.Fatal(err)
	}
	sealed, err := d.key.Seal([]byte(secret), "credentials/"+id+"/sealed_secret")
	if err == nil {
		err = d.DB.Write.Exec("UPDATE credentials SET sealed_secret = ? WHERE id = ?", sealed, id).Error
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.Credentials[app] = apps.Credentials{ClientID: d.Credentials[app].ClientID, Secret: secret}
}

// pause lets the district's clock pass.
func (d *District) pause(_ context.Context, wait time.Duration) error {
	d.Clock.Pass(wait)
	return nil
}
