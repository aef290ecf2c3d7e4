package people

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Standing says why somebody who asked for something by a page may ask for nothing any more,
// as what follows their name: "is suspended". It is empty where they still may, and of who has
// no e-mail address for a name, as whoever was at a command line.
func Standing(tx *gorm.DB, actor string) (string, error) {
	if !strings.Contains(actor, "@") || strings.Contains(actor, ":") {
		return "", nil
	}
	var a account
	err := tx.Where("email = ?", actor).Take(&a).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return "has no account any more", nil
	case err != nil:
		return "", fmt.Errorf("look whether %s may still ask for it: %w", actor, err)
	case a.suspended():
		return "is suspended", nil
	case a.Role != Admin:
		return "is no admin any more", nil
	}
	return "", nil
}
