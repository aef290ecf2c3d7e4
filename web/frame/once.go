package frame

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/rostergate/rostergate/moment"
)

// OnceTime is how long what is shown once can be loaded again, by who was shown it.
const OnceTime = 5 * time.Minute

// onceCookie carries what is shown once, sealed with the key of the house: the server
// keeps nothing, every replica can show it, and no disk has it in the clear.
const onceCookie = "rostergate-once"

// shownOnce is what such a cookie says, and to whom.
type shownOnce struct {
	Person string
	Value  string
	Until  moment.Moment
}

// ShowOnce leads to a page of ours that shows a value which no other page does. A page
// that is loaded anew shows it again, to the same person and until OnceTime is over.
func (v *Visit) ShowOnce(path, value string) error {
	said, err := json.Marshal(shownOnce{v.Person.ID, value, moment.Of(v.frame.Clock().Add(OnceTime))})
	if err != nil {
		return err
	}
	sealed, err := v.frame.Apps.Key.Seal(said, onceContext(path))
	if err != nil {
		return err
	}
	v.KeepCookie(onceCookie, base64.RawURLEncoding.EncodeToString(sealed), OnceTime)
	return v.Redirect(path)
}

// Once is the value that ShowOnce keeps for this very page and person, "" where there is
// none or its time is over.
func (v *Visit) Once() string {
	sealed, err := base64.RawURLEncoding.DecodeString(v.Cookie(onceCookie))
	if err != nil {
		return ""
	}
	plain, err := v.frame.Apps.Key.Open(sealed, onceContext(v.Request().URL.Path))
	var said shownOnce
	if err != nil || json.Unmarshal(plain, &said) != nil || said.Person != v.Person.ID || said.Until <= moment.Of(v.frame.Clock()) {
		return ""
	}
	return said.Value
}

// ForgetOnce ends what can be loaded again, as when somebody signs out.
func (v *Visit) ForgetOnce() { v.KeepCookie(onceCookie, "", -1) }

func onceContext(path string) string { return "shown once " + path }
