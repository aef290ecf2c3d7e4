package frame

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"

	"github.com/rostergate/rostergate/fault"
)

//go:embed assets
var assetFiles embed.FS

const assetPath = "/assets/:version/:name"

// assets are the files that pages load. Their paths hold their version, so that
// browsers may keep them for good.
type assets map[string]asset

type asset struct {
	content []byte
	version string
}

func loadAssets() (assets, error) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("list the assets: %w", err)
	}
	all := assets{}
	for _, entry := range entries {
		content, err := assetFiles.ReadFile("assets/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read the asset %s: %w", entry.Name(), err)
		}
		sum := sha256.Sum256(content)
		all[entry.Name()] = asset{content: content, version: hex.EncodeToString(sum[:6])}
	}
	return all, nil
}

// path is where a page finds an asset. One that does not exist is an error, so
// that a page with a wrong name fails its test.
func (a assets) path(name string) (string, error) {
	file, ok := a[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %s", name)
	}
	return "/assets/" + file.version + "/" + name, nil
}

func (f *Frame) assetRoutes() []Route {
	return []Route{Get(assetPath, Public, f.asset)}
}

func (f *Frame) asset(v *Visit) error {
	name := v.PathParam("name")
	file, ok := f.assets[name]
	if !ok || v.PathParam("version") != file.version {
		return fault.New(fault.NotFound, "The page that asked for this is of an older version. Load it again.")
	}
	v.echo.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	kind := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".js" { // some systems call it otherwise
		kind = "text/javascript; charset=utf-8"
	}
	return v.echo.Blob(http.StatusOK, kind, file.content)
}
