package policy

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"github.com/rostergate/rostergate/catalog"
)

// minimalSecret is the length in bytes below which pseudonyms could be guessed
// by trying secrets.
const minimalSecret = 16

// pseudonymDigits are 32 letters and digits that are not mistaken for one another.
const pseudonymDigits = "0123456789abcdefghjkmnpqrstvwxyz"

// withheld is what the constant mask shows.
const withheld = "withheld"

// Masker makes the masks of one app. It may be used by several goroutines.
type Masker struct {
	secret []byte
	app    string
}

// NewMasker returns the masker of an app. The same secret (16 bytes at least),
// app, field and value give the same pseudonym for ever; a change of any one of
// them gives another that cannot be linked to it without the secret.
func NewMasker(secret []byte, app string) (*Masker, error) {
	if app == "" {
		return nil, errors.New("make a masker: no app named")
	}
	if len(secret) < minimalSecret {
		return nil, fmt.Errorf("make the masker of app %s: a secret of %d bytes is shorter than %d", app, len(secret), minimalSecret)
	}
	return &Masker{secret: bytes.Clone(secret), app: app}, nil
}

// Masking returns the mask of one field of a plan's entity, named by its plural.
func (m *Masker) Masking(entity string, field Field) *Masking {
	masking := &Masking{mask: field.Mask}
	if field.Mask == Pseudonym {
		masking.mac = hmac.New(sha256.New, m.key(entity, field.Name))
	}
	return masking
}

// key is derived, so that pseudonyms of different apps and fields are unrelated.
func (m *Masker) key(entity, field string) []byte {
	mac := hmac.New(sha256.New, m.secret)
	for _, part := range []string{"rostergate pseudonym 1", m.app, entity, field} {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

// Masking masks the values of one field for one app. It holds scratch space: a
// goroutine needs one of its own.
type Masking struct {
	mask Mask
	mac  hash.Hash
	sum  [sha256.Size]byte
}

// Append appends the masked form of value to dst, or value itself where the field
// has no mask. It appends nothing, which means that the value is absent, where
// value is empty or cannot be masked.
func (m *Masking) Append(dst, value []byte) []byte {
	if len(value) == 0 {
		return dst
	}
	switch m.mask {
	case "":
		return append(dst, value...)
	case Initial, Year:
		return catalog.Form(m.mask).Append(dst, value)
	case Pseudonym:
		return m.appendPseudonym(dst, value)
	case Constant:
		return append(dst, withheld...)
	}
	return dst
}

// appendPseudonym writes 60 bits as three groups of four: among a million values
// the chance that any two meet is one in two million.
func (m *Masking) appendPseudonym(dst, value []byte) []byte {
	m.mac.Reset()
	m.mac.Write(value)
	bits := binary.BigEndian.Uint64(m.mac.Sum(m.sum[:0]))
	for i := range 12 {
		if i == 4 || i == 8 {
			dst = append(dst, '-')
		}
		dst = append(dst, pseudonymDigits[bits>>(59-5*i)&31])
	}
	return dst
}
