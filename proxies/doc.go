// Package proxies tells for whom a proxy asks. Of everybody else it takes the word for
// nothing: the client of a request is whoever opened the connection, unless that is a
// proxy that a setting names.
//
//	trusted, err := proxies.Parse("10.0.0.0/8, 192.0.2.7")
//	client := trusted.Client(request) // "203.0.113.9"
//
// Its main type is Trusted. Of headers it reads X-Forwarded-For alone; Forwarded, of
// RFC 7239, and X-Real-IP say nothing to it, nor does a proxy tell how the server is
// reached: that is a setting.
package proxies
