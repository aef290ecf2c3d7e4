package catalog

// teaching are courses and their classes.
func teaching() []Entity {
	return []Entity{
		{
			Name: "course", Plural: "courses", Label: "Courses",
			Versions: Both, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "schoolYear", CSV: "schoolYearSourcedId", Kind: Reference, Target: "academicSessions", Versions: Both, Class: Directory, Label: "School year", Category: Schedule},
				Field{Name: "title", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Title", Category: Schedule},
				Field{Name: "courseCode", Kind: Text, Versions: Both, Class: Directory, Label: "Course code", Category: Schedule},
				Field{Name: "grades", Kind: List, Versions: Both, Class: Directory, Label: "Grades", Category: Schedule, CEDS: "gradeLevel"},
				Field{Name: "org", CSV: "orgSourcedId", Kind: Reference, Target: "orgs", Required: true, Versions: Both, Class: Structural, Label: "Organization"},
				Field{Name: "subjects", Kind: List, Versions: Both, Class: Directory, Label: "Subjects", Category: Schedule},
				Field{Name: "subjectCodes", Kind: List, Versions: Both, Class: Directory, Label: "Subject codes", Category: Schedule},
				Field{Name: "resources", Kind: References, Target: "resources", Through: &Link{Entity: "courseResources", Field: "course", Member: "resource"}, Versions: Both, Class: Directory, Label: "Resources"},
			),
		},
		{
			Name: "class", Plural: "classes", Label: "Classes",
			Versions: Both, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "title", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Title", Category: Schedule},
				Field{Name: "grades", Kind: List, Versions: Both, Class: Directory, Label: "Grades", Category: Schedule, CEDS: "gradeLevel"},
				Field{Name: "course", CSV: "courseSourcedId", Kind: Reference, Target: "courses", Required: true, Versions: Both, Class: Structural, Label: "Course"},
				Field{Name: "classCode", Kind: Text, Versions: Both, Class: Directory, Label: "Class code", Category: Schedule},
				Field{Name: "classType", Kind: Token, Values: []string{"homeroom", "scheduled"}, Extends: true, Required: true, Versions: Both, Class: Directory, Label: "Class type", Category: Schedule},
				Field{Name: "location", Kind: Text, Versions: Both, Class: Directory, Label: "Location", Category: Schedule},
				Field{Name: "school", CSV: "schoolSourcedId", Kind: Reference, Target: "orgs", Required: true, Versions: Both, Class: Structural, Label: "School"},
				Field{Name: "terms", CSV: "termSourcedIds", Kind: References, Target: "academicSessions", Required: true, Versions: Both, Class: Structural, Label: "Terms"},
				Field{Name: "subjects", Kind: List, Versions: Both, Class: Directory, Label: "Subjects", Category: Schedule},
				Field{Name: "subjectCodes", Kind: List, Versions: Both, Class: Directory, Label: "Subject codes", Category: Schedule},
				Field{Name: "periods", Kind: List, Versions: Both, Class: Directory, Label: "Periods", Category: Schedule},
				Field{Name: "resources", Kind: References, Target: "resources", Through: &Link{Entity: "classResources", Field: "class", Member: "resource"}, Versions: Both, Class: Directory, Label: "Resources"},
			),
		},
	}
}
