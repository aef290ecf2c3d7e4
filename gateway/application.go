package gateway

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// grantOfClient is the one kind of grant that the token endpoint knows (RFC
// 6749, section 4.4).
const grantOfClient = "client_credentials"

// What a token request is written in: by the standard (RFC 6749, section 4.4.2), and
// by clients that write everything so.
const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// application is a token request that was understood.
type application struct{ id, secret, scope string }

// readApplication reads a token request, whose body is a form, or JSON, or empty. Kind of
// grant and scope may also stand in the query, credentials never: queries are kept in logs.
// An empty body from who has credentials in HTTP Basic asks for the one kind there is.
func readApplication(r *http.Request) (application, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return application{}, misasked("The body must be a form of at most 16 kB.")
	}
	query, err := queryValues(r.URL.RawQuery)
	if err != nil {
		return application{}, misasked("The query is not UTF-8 without zero bytes.")
	}
	form, as, err := bodyValues(r.Header.Get("Content-Type"), body)
	if err != nil {
		return application{}, err
	}
	id, secret, isBasic := clientCredentials(r, form)
	if !legibleForm(form) || !Legible(id, secret) {
		return application{}, misasked("The request is not UTF-8 without zero bytes.")
	}
	for _, name := range []string{"grant_type", "scope"} {
		if !form.Has(name) && query.Has(name) {
			form[name] = query[name]
		}
	}
	if len(body) == 0 && isBasic && !form.Has("grant_type") {
		form.Set("grant_type", grantOfClient)
	}
	if form.Get("grant_type") != grantOfClient {
		return application{}, otherGrant(as, form.Has("grant_type"))
	}
	return application{id, secret, form.Get("scope")}, nil
}

// misasked is a refusal of what cannot be read.
func misasked(reason string) error {
	return tokenError{http.StatusBadRequest, "invalid_request", reason}
}

// otherGrant is a refusal of whatever is not asked for by the one kind of grant.
func otherGrant(as string, given bool) error {
	read := "grant_type is missing"
	if given {
		read = "grant_type is another"
	}
	return tokenError{http.StatusBadRequest, "unsupported_grant_type", "The body was read as " + as + ", and " + read + ". Send grant_type=" + grantOfClient + "."}
}

// bodyValues reads a body of a content type, and says as what.
func bodyValues(contentType string, body []byte) (values url.Values, as string, err error) {
	kind, _, _ := mime.ParseMediaType(contentType)
	switch {
	case len(body) == 0:
		return url.Values{}, "empty", nil
	case kind == formType:
		values, err = url.ParseQuery(string(body))
		as = "a form"
	case kind == jsonType:
		values, err = jsonValues(body)
		as = "JSON"
	default:
		return nil, "", misasked("The body must be " + formType + " or " + jsonType + ", and Content-Type say which.")
	}
	if err != nil {
		err = misasked("The body says by its Content-Type that it is " + as + ", and cannot be read as that.")
	}
	return values, as, err
}

// jsonValues reads a JSON object as the form that it stands for. Its members are texts; a
// scope may be a list of them.
func jsonValues(body []byte) (url.Values, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	form := url.Values{}
	for _, name := range []string{"grant_type", "scope", "client_id", "client_secret"} {
		member, there := members[name]
		if !there {
			continue
		}
		var text string
		var list []string
		err := json.Unmarshal(member, &text)
		if err != nil && name == "scope" {
			err = json.Unmarshal(member, &list)
			text = strings.Join(list, " ")
		}
		if err != nil {
			return nil, err
		}
		form.Set(name, text)
	}
	return form, nil
}

// clientCredentials are those of HTTP Basic, whose parts are form-encoded (RFC 6749,
// section 2.3.1), or else of the body.
func clientCredentials(r *http.Request, form url.Values) (id, secret string, isBasic bool) {
	id, secret, isBasic = r.BasicAuth()
	if !isBasic {
		return form.Get("client_id"), form.Get("client_secret"), false
	}
	if decoded, err := url.QueryUnescape(id); err == nil {
		id = decoded
	}
	if decoded, err := url.QueryUnescape(secret); err == nil {
		secret = decoded
	}
	return id, secret, true
}

// tokenScopes are what a token opens, and how that is told: in the words of the versions that
// were asked in.
type tokenScopes struct {
	opens []catalog.TokenScope
	text  string
}

// askedTokenScopes reads a scope parameter: the words of it that are known, of either
// version. A token is for both. Whoever names none asks for all.
func askedTokenScopes(parameter string) (tokenScopes, error) {
	asked, known := strings.Fields(strings.ReplaceAll(parameter, "http://", "https://")), scopeWords()
	if len(asked) == 0 {
		return tokenScopes{catalog.TokenScopes(), strings.Join(known, " ")}, nil
	}
	var scopes tokenScopes
	var told []string
	for _, word := range asked {
		if !slices.Contains(known, word) || slices.Contains(told, word) {
			continue
		}
		told = append(told, word)
		name := catalog.TokenScope(word[strings.LastIndexByte(word, '/')+1:])
		if !slices.Contains(scopes.opens, name) {
			scopes.opens = append(scopes.opens, name)
		}
	}
	if len(told) == 0 {
		return scopes, tokenError{http.StatusBadRequest, "invalid_scope", "None of the scopes is one of OneRoster rostering or resources. Known are, with blanks between: " + strings.Join(known, " ")}
	}
	scopes.text = strings.Join(told, " ")
	return scopes, nil
}

// scopeWords are the scopes as clients write them, version by version.
func scopeWords() []string {
	var words []string
	for _, s := range catalog.Services() {
		for _, scope := range catalog.TokenScopes() {
			word := catalog.TokenScopePrefix(s.Version) + string(scope)
			if scope.In(s.Version) && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}
