package catalog

// materials are the learning resources and where they are used.
func materials() []Entity {
	return []Entity{
		{
			Name: "resource", Plural: "resources", Label: "Resources",
			Versions: Both, Optional: true, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "vendorResourceId", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Vendor resource ID"},
				Field{Name: "title", Kind: Text, Versions: Both, Class: Directory, Label: "Title"},
				Field{Name: "roles", Kind: Tokens, Values: personRoles(), Extends: true, Versions: Both, Class: Directory, Label: "Roles"},
				Field{Name: "importance", Kind: Token, Values: []string{"primary", "secondary"}, Versions: Both, Class: Directory, Label: "Importance"},
				Field{Name: "vendorId", Kind: Text, Versions: Both, Class: Directory, Label: "Vendor ID"},
				Field{Name: "applicationId", Kind: Text, Versions: Both, Class: Directory, Label: "Application ID"},
			),
		},
		{
			Name: "classResource", Plural: "classResources", Label: "Resources of classes",
			Versions: Both, Optional: true,
			Fields: common(
				Field{Name: "title", Kind: Text, Versions: Both, Class: Directory, Label: "Title"},
				Field{Name: "class", CSV: "classSourcedId", Kind: Reference, Target: "classes", Required: true, Versions: Both, Class: Structural, Label: "Class"},
				Field{Name: "resource", CSV: "resourceSourcedId", Kind: Reference, Target: "resources", Required: true, Versions: Both, Class: Structural, Label: "Resource"},
			),
		},
		{
			Name: "courseResource", Plural: "courseResources", Label: "Resources of courses",
			Versions: Both, Optional: true,
			Fields: common(
				Field{Name: "title", Kind: Text, Versions: Both, Class: Directory, Label: "Title"},
				Field{Name: "course", CSV: "courseSourcedId", Kind: Reference, Target: "courses", Required: true, Versions: Both, Class: Structural, Label: "Course"},
				Field{Name: "resource", CSV: "resourceSourcedId", Kind: Reference, Target: "resources", Required: true, Versions: Both, Class: Structural, Label: "Resource"},
			),
		},
		{
			Name: "userResource", Plural: "userResources", Label: "Resources of users",
			Versions: V12, Optional: true,
			Fields: common(
				Field{Name: "user", CSV: "userSourcedId", Kind: Reference, Target: "users", Required: true, Versions: V12, Class: Structural, Label: "User"},
				Field{Name: "org", CSV: "orgSourcedId", Kind: Reference, Target: "orgs", Versions: V12, Class: Structural, Label: "Organization"},
				Field{Name: "class", CSV: "classSourcedId", Kind: Reference, Target: "classes", Versions: V12, Class: Structural, Label: "Class"},
				Field{Name: "resource", CSV: "resourceSourcedId", Kind: Reference, Target: "resources", Required: true, Versions: V12, Class: Structural, Label: "Resource"},
			),
		},
	}
}
