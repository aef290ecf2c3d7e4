package people

import (
	"context"
	"fmt"
	"time"
	_ "time/tzdata" // a container may have no time zones of its own
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
)

// District is how the rooms present the district.
type District struct {
	Name     string `json:"name"`      // may be empty
	TimeZone string `json:"time_zone"` // as in the IANA database: "America/Chicago"
}

// Zone is the district's time zone, UTC where the name means nothing.
func (d District) Zone() *time.Location {
	zone, err := time.LoadLocation(d.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// CheckDistrictName says, as a fault.Invalid, why a district's name will not do.
func CheckDistrictName(name string) error {
	if !prints(name) || utf8.RuneCountInString(name) > longestName {
		return fault.New(fault.Invalid, "Enter a name on one line, up to %d characters.", longestName)
	}
	return nil
}

// CheckTimeZone says, as a fault.Invalid, that a time zone is not known.
func CheckTimeZone(name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return fault.New(fault.Invalid, "The time zone is not known. Choose one of the list, such as America/Chicago.")
	}
	return nil
}

// District reads how the rooms present the district.
func (r *Registry) District(ctx context.Context) (District, error) {
	return readDistrict(r.db.Read.WithContext(ctx))
}

func readDistrict(tx *gorm.DB) (District, error) {
	var d District
	if err := tx.Table("district").Take(&d).Error; err != nil {
		return d, fmt.Errorf("read the district: %w", err)
	}
	return d, nil
}

// PublicURL is how the server is reached that was started last, without a slash at its
// end; empty where none was started yet.
func (r *Registry) PublicURL(ctx context.Context) (string, error) {
	var url string
	if err := r.db.Read.WithContext(ctx).Table("district").Select("public_url").Row().Scan(&url); err != nil {
		return "", fmt.Errorf("read how the server is reached: %w", err)
	}
	return url, nil
}

// KeepPublicURL keeps how the server is reached, for whoever makes links elsewhere.
func (r *Registry) KeepPublicURL(ctx context.Context, url string) error {
	known, err := r.PublicURL(ctx)
	if err != nil || known == url {
		return err
	}
	if err := r.db.Write.WithContext(ctx).Table("district").Where("id = 1").Update("public_url", url).Error; err != nil {
		return fmt.Errorf("keep how the server is reached: %w", err)
	}
	return nil
}

// SaveDistrict changes how the rooms present the district. What does not do is a
// fault.Invalid.
func (r *Registry) SaveDistrict(ctx context.Context, d District, actor string) error {
	return r.saveDistrict(ctx, d, actor, func(District) error { return nil })
}

// SaveDistrictOver is SaveDistrict for a person who was looking at what was shown. If
// the district is no longer that, the error is a fault.Conflict and nothing is saved.
func (r *Registry) SaveDistrictOver(ctx context.Context, shown, d District, actor string) error {
	return r.saveDistrict(ctx, d, actor, func(now District) error {
		if now != shown && now != d {
			return fault.New(fault.Conflict, "Someone else changed the settings. Look at them again.")
		}
		return nil
	})
}

func (r *Registry) saveDistrict(ctx context.Context, d District, actor string, check func(now District) error) error {
	d.Name = trim(d.Name)
	for _, err := range []error{CheckDistrictName(d.Name), CheckTimeZone(d.TimeZone)} {
		if err != nil {
			return err
		}
	}
	return r.db.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		before, err := readDistrict(tx.Clauses(hold()))
		if err == nil {
			err = check(before)
		}
		if err != nil || before == d {
			return err
		}
		if err := tx.Table("district").Where("id = 1").Updates(map[string]any{"name": d.Name, "time_zone": d.TimeZone}).Error; err != nil {
			return fmt.Errorf("save the district: %w", err)
		}
		return audit.Record(tx, audit.Change{Actor: actor, Action: "district.save", Subject: "district", Before: before, After: d})
	})
}
