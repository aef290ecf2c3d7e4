package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
)

// plainTable is where the plain server keeps its users: what the gateway's app
// sees of them, with the sourcedIds of their orgs at hand.
const plainTable = `CREATE TABLE plain_users AS
	SELECT u.id, u.sourced_id, u.status, u.date_last_modified, u.enabled_user, u.role, u.username, u.given_name,
		u.family_name, u.identifier, u.email, u.grades,
		ARRAY(SELECT o.sourced_id FROM unnest(string_to_array(u.orgs, ',')::bigint[]) AS l JOIN orgs o ON o.id = l) AS orgs
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

// plainServer is the server that the gateway is compared with.
func plainServer(ctx context.Context, url string) (http.Handler, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("open the plain server's pool: %w", err)
	}
	e := echo.New()
	e.GET("/users", func(c echo.Context) error {
		limit, _ := strconv.Atoi(c.QueryParam("limit"))
		offset, _ := strconv.Atoi(c.QueryParam("offset"))
		users, err := plainPage(c.Request().Context(), pool, limit, offset)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"users": users})
	})
	return e, nil
}

func plainPage(ctx context.Context, pool *pgxpool.Pool, limit, offset int) ([]plainUser, error) {
	rows, err := pool.Query(ctx, `SELECT sourced_id, status, date_last_modified, enabled_user, role, username, given_name,
		family_name, identifier, email, grades, orgs FROM plain_users ORDER BY id LIMIT $1 OFFSET $2`, limit, offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (plainUser, error) {
		var u plainUser
		var orgs []string
		err := row.Scan(&u.SourcedID, &u.Status, &u.DateLastModified, &u.EnabledUser, &u.Role, &u.Username,
			&u.GivenName, &u.FamilyName, &u.Identifier, &u.Email, &u.Grades, &orgs)
		for _, id := range orgs {
			u.Orgs = append(u.Orgs, plainRef{"http://127.0.0.1/ims/oneroster/v1p1/orgs/" + id, id, "org"})
		}
		return u, err
	})
}
