package catalog

// IsURI reports whether the value is a URI: it names a record that no read leads to, because
// it stands inside another, as roles name profiles of their user.
func (f Field) IsURI() bool {
	to, found := Find(f.Target)
	return f.Kind == Reference && found && to.Inside != ""
}
