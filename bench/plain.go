package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
)

// plainTable is where the plain server keeps its users, with the sourcedIds of
// what they refer to at hand.
const plainTable = `CREATE TABLE plain_users AS
	SELECT u.id, u.sourced_id, u.status, u.date_last_modified, u.enabled_user, u.role, u.username, u.user_ids, u.given_name,
		u.family_name, u.middle_name, u.identifier, u.email, u.sms, u.phone, u.grades, u.metadata,
		ARRAY(SELECT o.sourced_id FROM unnest(string_to_array(u.orgs, ',')::bigint[]) AS l JOIN orgs o ON o.id = l) AS orgs,
		ARRAY(SELECT a.sourced_id FROM unnest(string_to_array(u.agents, ',')::bigint[]) AS l JOIN users a ON a.id = l) AS agents
	FROM users u WHERE u.role NOT IN ('guardian', 'parent', 'relative');
	ALTER TABLE plain_users ADD PRIMARY KEY (id);
	ANALYZE plain_users`

type plainRef struct {
	Href      string `json:"href"`
	SourcedID string `json:"sourcedId"`
	Type      string `json:"type"`
}

type plainUser struct {
	SourcedID        string     `json:"sourcedId"`
	Status           string     `json:"status"`
	DateLastModified string     `json:"dateLastModified"`
	EnabledUser      string     `json:"enabledUser"`
	Orgs             []plainRef `json:"orgs"`
	Role             string     `json:"role"`
	Username         string     `json:"username"`
	GivenName        string     `json:"givenName"`
	FamilyName       string     `json:"familyName"`
	Identifier       *string    `json:"identifier,omitempty"`
	Email            *string    `json:"email,omitempty"`
	Grades           *string    `json:"grades,omitempty"`
}

// plainWhole is a user with everything that is kept of it.
type plainWhole struct {
	plainUser
	UserIDs    json.RawMessage `json:"userIds,omitempty"`
	MiddleName *string         `json:"middleName,omitempty"`
	SMS        *string         `json:"sms,omitempty"`
	Phone      *string         `json:"phone,omitempty"`
	Agents     []plainRef      `json:"agents,omitempty"`
	Metadata   json.RawMessage `json:"metadata,omitempty"`
}

// plainServer is the server that the gateway is compared with: by /users it sends
// the fields that the gateway's app gets, by /users/whole all of them, as a server
// does that knows no apps.
func plainServer(ctx context.Context, url string) (http.Handler, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("open the plain server's pool: %w", err)
	}
	e := echo.New()
	e.GET("/users", plainList(pool, plainColumns, scanUser))
	e.GET("/users/whole", plainList(pool, plainColumns+", user_ids, middle_name, sms, phone, agents, metadata", scanWhole))
	return e, nil
}

const plainColumns = "sourced_id, status, date_last_modified, enabled_user, role, username, given_name, family_name, identifier, email, grades, orgs"

func plainList[T any](pool *pgxpool.Pool, columns string, scan func(pgx.CollectableRow) (T, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		limit, _ := strconv.Atoi(c.QueryParam("limit"))
		offset, _ := strconv.Atoi(c.QueryParam("offset"))
		rows, err := pool.Query(c.Request().Context(), "SELECT "+columns+" FROM plain_users ORDER BY id LIMIT $1 OFFSET $2", limit, offset)
		if err != nil {
			return err
		}
		users, err := pgx.CollectRows(rows, scan)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"users": users})
	}
}

func scanUser(row pgx.CollectableRow) (u plainUser, err error) {
	var orgs []string
	err = row.Scan(u.cells(&orgs)...)
	u.Orgs = plainRefs("org", orgs)
	return u, err
}

func scanWhole(row pgx.CollectableRow) (u plainWhole, err error) {
	var orgs, agents []string
	err = row.Scan(append(u.cells(&orgs), &u.UserIDs, &u.MiddleName, &u.SMS, &u.Phone, &agents, &u.Metadata)...)
	u.Orgs, u.Agents = plainRefs("org", orgs), plainRefs("user", agents)
	return u, err
}

// cells are where plainColumns go.
func (u *plainUser) cells(orgs *[]string) []any {
	return []any{
		&u.SourcedID, &u.Status, &u.DateLastModified, &u.EnabledUser, &u.Role, &u.Username,
		&u.GivenName, &u.FamilyName, &u.Identifier, &u.Email, &u.Grades, orgs,
	}
}

func plainRefs(kind string, ids []string) []plainRef {
	var all []plainRef
	for _, id := range ids {
		all = append(all, plainRef{"http://127.0.0.1/ims/oneroster/v1p1/" + kind + "s/" + id, id, kind})
	}
	return all
}
