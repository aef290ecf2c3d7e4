package bundle

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkPlainSheet reads a file as most exporters write it: half of the rows have a
// quoted list.
func BenchmarkPlainSheet(b *testing.B) {
	var text strings.Builder
	text.WriteString("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n")
	for i := range 20_000 {
		orgs := "oak"
		if i%2 == 0 {
			orgs = `"oak,elm"`
		}
		fmt.Fprintf(&text, "user-%d,,,true,%s,student,user%d,{LDAP:user%d},Ana,Ruiz,Sol,7%d,user%d@cedar.example,,,rosa,03,\n", i, orgs, i, i, i, i)
	}
	whole := text.String()
	p := &Bundle{Files: map[string]func() (io.ReadCloser, error){
		"users.csv": func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(whole)), nil },
	}}
	b.SetBytes(int64(len(whole)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := OpenSheet(p, "users.csv")
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = s.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		_ = s.Close()
	}
}
