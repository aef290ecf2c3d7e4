package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// A story is a file in testdata/stories, named after the class of leaks that it is
// about. Its comment says what must not happen. Its sections happen in order; they
// start with the district of testdata/base.txtar, imported, and the presets' apps.
//
//	-- edit users.csv --  changes the package, see rostertest.Parcel.Edit
//	-- import --          imports the package as it stands
//	-- grants --          what people change, one thing a line:
//	                        app NAME PRESET           a further app
//	                        APP share|mask|hide NAME...
//	                        APP orgs|courses|roles|grades all|ID ID...
//	                        APP guardians|unenrolled|demographics on|off
//	                        APP metadata ENTITY on|off
//	                        APP suspend, enable, rotate
//	                        pass 11m                  lets time go by
//	-- never amplify --   texts, one a line, that are in nothing that the app gets in
//	                      the whole story, nor in what ledger and log have of it
//	-- never recorded --  likewise, in nothing that ledger and log have of any request
//	-- ask --             requests, and below each what must be true of its answer
//
// A request is "> APP METHOD PATH", by the token that the app got when it first
// asked (nobody has none). PATH is sent as it is written, below the base, or from
// the root where it begins with two slashes; $name stands for what was kept,
// $letters9, $clauses9 and $names9 for so many of them. What must be true, one a line (and a line behind # is a remark):
//
//	200                   the status, behind it imsx_codeMinor where it is an error
//	records ana ben       exactly these, in any order
//	order ana ben         exactly these, in this order
//	total 2               X-Total-Count
//	shows email           some record has the member (keys as metadata.x, types as userIds.X)
//	lacks email           no record has it
//	says text             in body or headers
//	absent text           neither in the answer, nor in the ledger's entries about it,
//	                      nor in the log
//	recorded text         in the ledger's entries about it
//	same                  nobody can tell the answer from the last one of which this is
//	                      not said
//	same old => new       likewise, once the name that it repeats is written new
//	reads nothing         no statement touched the roster
//	reads the same        the statements were those of that other request
//	keep name cursor      the next link's, from here on $name
//	elsewhere             ask a replica instead (the first line below the request)
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
				t.Parallel()
				tell(t, s, archive)
			})
		})
	}
}

// tell plays a story on one database.
func tell(t *testing.T, s dbtest.Store, archive *txtar.Archive) {
	parcel := cedar(t)
	story := &story{
		T: t, parcel: parcel, District: gatewaytest.StartWith(t, s, parcel.Folder(t)),
		clients: map[string]*gatewaytest.Client{}, kept: map[string]string{}, never: map[string][]string{},
	}
	for _, section := range archive.Files {
		if app, ok := strings.CutPrefix(section.Name, "never "); ok {
			story.never[app] = storyLines(section.Data)
		}
	}
	for _, section := range archive.Files {
		story.section(section)
	}
	if story.asked == 0 || len(story.never)+story.absences == 0 {
		t.Error("the story asks nothing, or says nothing that must be absent")
	}
}

// story is a story under way.
type story struct {
	*testing.T
	*gatewaytest.District
	parcel  parcel
	replica *gatewaytest.Gateway
	clients map[string]*gatewaytest.Client
	kept    map[string]string
	never   map[string][]string

	asked, absences int
	other, now      told // the answer, and the one that it is compared with
}

// told is an answer and what else there is to know of it.
type told struct {
	gatewaytest.Answer
	request string
	read    []string // the statements that touched the roster
	ledger  string
}

func storyLines(data []byte) []string {
	var all []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			all = append(all, line)
		}
	}
	return all
}

func (s *story) section(section txtar.File) {
	s.T.Helper()
	file, edits := strings.CutPrefix(section.Name, "edit ")
	switch {
	case edits:
		s.parcel.Edit(s.T, file, string(section.Data))
	case section.Name == "import":
		s.Import(s.parcel.Folder(s.T))
	case section.Name == "grants":
		for _, line := range storyLines(section.Data) {
			s.grant(line, strings.Fields(line))
		}
	case section.Name == "ask":
		s.ask(storyLines(section.Data))
	case !strings.HasPrefix(section.Name, "never "):
		s.Fatalf("the story has a section %q", section.Name)
	}
}

// grant does what a line of the section grants says.
func (s *story) grant(line string, words []string) {
	s.T.Helper()
	switch words[0] {
	case "app":
		s.Register(words[1], words[2])
		return
	case "pass":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			s.Fatal(err)
		}
		s.Clock.Pass(d)
		return
	}
	if s.state(words[0], words[1]) {
		return
	}
	edit, ok := editOf(words[1], words[2:])
	if !ok {
		s.Fatalf("%q is no line of grants", line)
	}
	s.Edit(words[0], edit)
}

// state changes whether an app may ask, if that is what the word says.
func (s *story) state(app, word string) bool {
	s.T.Helper()
	ctx, by := context.Background(), apps.By{Actor: "cli:ada"}
	var err error
	switch word {
	case "suspend":
		err = s.Apps.Suspend(ctx, app, by)
	case "enable":
		err = s.Apps.Enable(ctx, app, by)
	case "rotate":
		s.Credentials[app], err = s.Apps.Rotate(ctx, app, by)
	default:
		return false
	}
	if err != nil {
		s.Fatal(err)
	}
	return true
}

func editOf(verb string, words []string) (edit apps.Edit, ok bool) {
	among := &policy.Among{Only: words}
	if slices.Equal(words, []string{"all"}) {
		among = &policy.Among{All: true}
	}
	is := slices.Contains(words, "on")
	switch verb {
	case "share":
		edit.Share = words
	case "mask":
		edit.Mask = words
	case "hide":
		edit.Hide = words
	case "orgs":
		edit.Orgs = among
	case "courses":
		edit.Courses = among
	case "roles":
		edit.Roles = among
	case "grades":
		edit.Grades = among
	case "guardians":
		edit.Guardians = &is
	case "unenrolled":
		edit.Unenrolled = &is
	case "demographics":
		edit.Demographics = &is
	case "metadata":
		edit.Metadata = map[string]bool{words[0]: is}
	default:
		return edit, false
	}
	return edit, len(words) > 0
}

// ask sends the requests of a section and holds their answers against the lines
// below them.
func (s *story) ask(lines []string) {
	s.T.Helper()
	for i := 0; i < len(lines); {
		request, ok := strings.CutPrefix(lines[i], "> ")
		if !ok {
			s.Fatalf("%q stands below no request", lines[i])
		}
		next := i + 1
		for next < len(lines) && !strings.HasPrefix(lines[next], "> ") {
			next++
		}
		below := lines[i+1 : next]
		to := s.Gateway
		if len(below) > 0 && below[0] == "elsewhere" {
			below = below[1:]
			if s.replica == nil {
				s.replica = s.Replica()
			}
			to = s.replica
		}
		s.send(to, request)
		if len(below) == 0 {
			s.Fatalf("nothing is said of %q", request)
		}
		for _, line := range below {
			if wrong := s.judge(line); wrong != "" {
				s.Errorf("> %s\n%s: %s\n%d %v\n%.800s\n%s", request, line, wrong, s.now.Status, s.now.Header, s.now.Raw, s.now.ledger)
			}
		}
		if !slices.ContainsFunc(below, func(line string) bool { return strings.HasPrefix(line, "same") }) {
			s.other = s.now
		}
		i = next
	}
}

func (s *story) send(to *gatewaytest.Gateway, request string) {
	s.T.Helper()
	for name, value := range s.kept {
		request = strings.ReplaceAll(request, "$"+name, value)
	}
	request = plenty.ReplaceAllStringFunc(request, many)
	app, rest, _ := strings.Cut(request, " ")
	method, path, _ := strings.Cut(rest, " ")
	r := s.Request(method, "/", nil)
	root, query, _ := strings.Cut(path, "?")
	if strings.HasPrefix(root, "//") {
		root = root[1:]
	} else {
		root = gatewaytest.Base + root
	}
	host := strings.TrimPrefix(to.URL, "http://")
	r.URL = &url.URL{Scheme: "http", Host: host, Opaque: "//" + host + root, RawQuery: query}
	if app != "nobody" {
		if s.clients[app] == nil {
			s.clients[app] = s.As(app)
		}
		r.Header.Set("Authorization", "Bearer "+s.clients[app].Token)
	}
	s.Store.Trace.Take()
	s.now = told{Answer: to.Do(r), request: request}
	s.asked++
	for _, statement := range statements(s.District) {
		s.now.read = append(s.now.read, statement.sql)
	}
	s.now.ledger = s.written(s.now.Answer)
	for _, text := range s.never[app] {
		if wrong := s.absent(text); wrong != "" {
			s.Errorf("> %s\nnever %s: %s\n%.2000s", request, text, wrong, s.now.Raw)
		}
	}
	for _, text := range s.never["recorded"] {
		if strings.Contains(s.now.ledger+s.Gateway.Log.String(), text) {
			s.Errorf("> %s\nnever %s: %s", request, text, s.now.ledger)
		}
	}
}

var plenty = regexp.MustCompile(`\$(letters|clauses|names)(\d+)`)

// many is what $letters9 and the like stand for.
func many(text string) string {
	found := plenty.FindStringSubmatch(text)
	n, _ := strconv.Atoi(found[2])
	switch found[1] {
	case "letters":
		return strings.Repeat("a", n)
	case "clauses":
		return strings.Repeat("givenName='x'%20OR%20", n-1) + "givenName='Ana'"
	}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("n", i)
	}
	return strings.Join(names, ",")
}

// written is what the ledger has of an answer, as text.
func (s *story) written(a gatewaytest.Answer) string {
	s.T.Helper()
	var all strings.Builder
	for _, e := range s.Entries(a.RequestID()) {
		e.Records, e.Time, e.RequestID, e.ID = nil, "", "", 0
		text, err := json.Marshal(e)
		if err != nil {
			s.Fatal(err)
		}
		all.Write(append(text, '\n'))
	}
	return all.String()
}

func (s *story) absent(text string) string {
	for where, there := range map[string]string{"the answer": plain(s.now.Answer), "the ledger": s.now.ledger, "the log": s.Gateway.Log.String()} {
		if strings.Contains(there, text) {
			return where + " has it"
		}
	}
	return ""
}

// plain is what two answers must have in common not to be told apart.
func plain(a gatewaytest.Answer) string {
	a.Header = a.Header.Clone()
	a.Header.Del("Content-Length")
	return impersonal(a)
}

// judge holds the answer against a line. It returns what is wrong, if anything is.
func (s *story) judge(line string) string {
	s.T.Helper()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "records":
		return unlike(sorted(s.records()), slices.Sorted(slices.Values(strings.Fields(rest))))
	case "order":
		return unlike(idsOf(s.records()), strings.Fields(rest))
	case "total":
		return unlike([]string{s.now.Header.Get("X-Total-Count")}, []string{rest})
	case "shows", "lacks":
		if s.has(rest) != (word == "shows") {
			return "it is not so"
		}
	case "says":
		if !strings.Contains(plain(s.now.Answer), rest) {
			return "it does not"
		}
	case "recorded":
		if !strings.Contains(s.now.ledger, rest) {
			return "it is not"
		}
	case "absent":
		s.absences++
		return s.absent(rest)
	case "same":
		return s.same(rest)
	case "reads":
		return s.reads(rest)
	case "keep":
		return s.keep(strings.Fields(rest))
	default:
		return s.status(word, rest)
	}
	return ""
}

func (s *story) status(number, minor string) string {
	s.T.Helper()
	if fmt.Sprint(s.now.Status) != number {
		return fmt.Sprintf("the status is %d", s.now.Status)
	}
	if s.now.Status == http.StatusOK {
		return ""
	}
	if p := problem(s.T, s.now.Answer); p.CodeMinor != minor {
		return "the error is " + p.CodeMinor
	}
	return ""
}

// records are those of the answer, warnings apart.
func (s *story) records() []gatewaytest.Record {
	s.T.Helper()
	return dataOf(s.T, s.now.Answer)
}

// dataOf are the records of an answer that may have warnings beside them.
func dataOf(t testing.TB, a gatewaytest.Answer) []gatewaytest.Record {
	t.Helper()
	object := a.JSON()
	delete(object, "statusInfoSet")
	if len(object) != 1 {
		t.Fatalf("the answer holds no data: %.300s", a.Raw)
	}
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	a.Raw = raw
	return a.Records()
}

// has reports whether a record has a member, a key or a type.
func (s *story) has(name string) bool {
	s.T.Helper()
	got := found(s.records())
	if key, ok := strings.CutPrefix(name, "metadata."); ok {
		return slices.Contains(got.keys, key)
	}
	if kind, ok := strings.CutPrefix(name, "userIds."); ok {
		return slices.Contains(got.types, kind)
	}
	return slices.Contains(got.members, name)
}

func idsOf(records []gatewaytest.Record) []string {
	ids := []string{}
	for _, r := range records {
		ids = append(ids, r.ID())
	}
	return ids
}

func unlike(got, wanted []string) string {
	if slices.Equal(got, wanted) {
		return ""
	}
	return fmt.Sprintf("got %q", got)
}

func (s *story) same(replacement string) string {
	if s.other.Header == nil {
		return "there was no answer before"
	}
	now, other := plain(s.now.Answer), plain(s.other.Answer)
	if old, written, ok := strings.Cut(replacement, " => "); ok {
		if !strings.Contains(s.now.request, old) {
			return "the request does not have " + old
		}
		now = strings.NewReplacer("called "+old+".", "called "+written+".", "sort="+old+">", "sort="+written+">").Replace(now)
	}
	if now != other {
		return "they differ; the other is\n" + other
	}
	return ""
}

func (s *story) reads(what string) string {
	if what == "nothing" && len(s.now.read) == 0 || what == "the same" && slices.Equal(s.now.read, s.other.read) {
		return ""
	}
	return fmt.Sprintf("it read by %q, the other by %q", s.now.read, s.other.read)
}

// keep remembers the cursor of the next link.
func (s *story) keep(words []string) string {
	s.T.Helper()
	address, err := url.Parse(s.now.Links()["next"])
	if err != nil || len(words) != 2 || words[1] != "cursor" {
		return "it cannot be kept"
	}
	s.kept[words[0]] = address.Query().Get("cursor")
	if s.kept[words[0]] == "" {
		return "there is no cursor"
	}
	return ""
}
