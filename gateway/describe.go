package gateway

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/openapi"
)

// describe serves the API's description, which is the same for everybody.
func (g *Gateway) describe(e *echo.Echo) {
	page := g.described(echo.MIMETextHTMLCharsetUTF8, func() ([]byte, error) { return openapi.Page(g.PublicURL) })
	firstSync := g.described(echo.MIMETextHTMLCharsetUTF8, func() ([]byte, error) { return openapi.FirstSync(g.PublicURL) })
	style := g.described("text/css; charset=utf-8", func() ([]byte, error) { return openapi.Style, nil })
	e.Match(reading(), "/api", moved("/api/"))
	e.Match(reading(), "/api/", page)
	e.Match(reading(), "/api/first-sync", firstSync)
	e.Match(reading(), "/api/first-sync/", moved("../first-sync")) // links on pages lead on from their folder
	e.Match(reading(), "/api/style.css", style)
	for _, of := range g.routes {
		document := g.described(echo.MIMEApplicationJSON, func() ([]byte, error) { return openapi.Document(g.PublicURL, of.Service) })
		at := []string{"/api/" + openapi.File(of.Service)}
		for _, base := range of.bases() {
			for _, name := range openapi.Discovery(of.Service) {
				at = append(at, base+openapi.DiscoveryFolder+name)
			}
		}
		for _, path := range at {
			for _, end := range ends() {
				e.Match(reading(), path+end, document)
			}
		}
	}
}

// moved leads to where a page is.
func moved(to string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Redirect(http.StatusMovedPermanently, to) }
}

// described answers with a content that is made when somebody first asks for it.
func (g *Gateway) described(kind string, content func() ([]byte, error)) echo.HandlerFunc {
	content = sync.OnceValues(content)
	return func(c echo.Context) error {
		body, err := content()
		if err != nil {
			g.Log.Error("description failed", "request_id", idOf(c), "client", c.RealIP(), "error", err)
			return g.respondError(c, internal())
		}
		header := c.Response().Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
		return c.Blob(http.StatusOK, kind, body)
	}
}
