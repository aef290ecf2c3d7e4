package gateway

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/openapi"
)

// describe serves the API's description, which is the same for everybody.
func (g *Gateway) describe(e *echo.Echo) {
	serve := func(path, kind string, content func() ([]byte, error)) {
		e.GET(path, func(c echo.Context) error {
			body, err := content()
			if err != nil {
				g.Log.Error("description failed", "request_id", idOf(c), "client", c.RealIP(), "error", err)
				return g.respondError(c, internal())
			}
			c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
			return c.Blob(http.StatusOK, kind, body)
		})
	}
	page := func() ([]byte, error) { return openapi.Page(g.PublicURL) }
	e.GET("/api", func(c echo.Context) error { return c.Redirect(http.StatusMovedPermanently, "/api/") })
	serve("/api/", echo.MIMETextHTMLCharsetUTF8, page)
	serve("/api/style.css", "text/css; charset=utf-8", func() ([]byte, error) { return openapi.Style, nil })
	serve("/api/onerosterv1p1.json", echo.MIMEApplicationJSON, func() ([]byte, error) { return openapi.Document(g.PublicURL) })
}
