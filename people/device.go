package people

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
)

// DeviceTime is how long a device stays known after a sign-in.
const DeviceTime = 180 * 24 * time.Hour

// mostDevices is how many accounts one device is known to.
const mostDevices = 4

// A mark is what a device has of a sign-in: of whom, in which epoch of the account,
// which device, and when. It ends with the epoch, so that a new password makes every
// device a stranger again.
type mark struct {
	person uuid.UUID
	epoch  int64
	device [16]byte
	at     time.Time
}

const markSize = 16 + 8 + 16 + 8

// devices signs marks and knows them again.
type devices struct {
	key    []byte
	random io.Reader
	clock  func() time.Time
}

// Marks are written one after the other: a device may be known to several accounts.
const betweenMarks = "."

func (d devices) write(m mark) string {
	raw := append(make([]byte, 0, markSize+sha256.Size), m.person[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(m.epoch))
	raw = append(raw, m.device[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(m.at.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(raw, d.sign(raw)...))
}

func (d devices) sign(raw []byte) []byte {
	sum := hmac.New(sha256.New, d.key)
	sum.Write(raw)
	return sum.Sum(nil)
}

// read reads a mark that is ours and not too old.
func (d devices) read(text string) (m mark, ours bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != markSize+sha256.Size || !hmac.Equal(raw[markSize:], d.sign(raw[:markSize])) {
		return mark{}, false
	}
	copy(m.person[:], raw)
	m.epoch = int64(binary.BigEndian.Uint64(raw[16:]))
	copy(m.device[:], raw[24:])
	m.at = time.Unix(int64(binary.BigEndian.Uint64(raw[40:])), 0)
	return m, d.clock().Sub(m.at) < DeviceTime
}

// readAll reads the marks of a device, at most as many as one has.
func (d devices) readAll(text string) []mark {
	var all []mark
	for _, one := range strings.SplitN(text, betweenMarks, mostDevices+1) {
		if m, ours := d.read(one); ours && len(all) < mostDevices {
			all = append(all, m)
		}
	}
	return all
}

// known finds the mark of a device for an account as it is now.
func (d devices) known(text string, a account) (mark, bool) {
	for _, m := range d.readAll(text) {
		if a.ID != "" && m.person.String() == a.ID && m.epoch == a.Epoch {
			return m, true
		}
	}
	return mark{}, false
}

// remember adds an account to what a device is known to, as the newest.
func (d devices) remember(text string, a account) (string, error) {
	person, err := uuid.Parse(a.ID)
	if err != nil {
		return "", fmt.Errorf("read the id of a person: %w", err)
	}
	m := mark{person: person, epoch: a.Epoch, at: d.clock()}
	if before, known := d.known(text, a); known {
		m.device = before.device
	} else if _, err := io.ReadFull(d.random, m.device[:]); err != nil {
		return "", fmt.Errorf("mark a device: %w", err)
	}
	marks := []string{d.write(m)}
	for _, other := range d.readAll(text) {
		if other.person != person && len(marks) < mostDevices {
			marks = append(marks, d.write(other))
		}
	}
	return strings.Join(marks, betweenMarks), nil
}
