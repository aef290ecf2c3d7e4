// Package secret holds the installation's encryption key: what it seals can be
// read by a process that was given the same key, and by nobody who has only the
// database.
//
//	key, err := secret.LoadFile("/etc/rostergate/key")
//	sealed, err := key.Seal([]byte(clientSecret), "credentials/"+id+"/sealed_secret")
//	plain, err := key.Open(sealed, "credentials/"+id+"/sealed_secret")
//
// Its main type is Key. A key prints as its fingerprint, however it is printed,
// so that it cannot reach a log by accident. The package knows no table and
// keeps no list of old keys: a store is sealed under one key at a time. A key file is
// replaced so that a crash at any point leaves the store's key to be found.
package secret
