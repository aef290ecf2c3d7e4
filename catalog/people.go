package catalog

// personRoles are the words of 1.1 for what a person is.
func personRoles() []string {
	return []string{"administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"}
}

// people are the users and what is said of them.
func people() []Entity {
	return []Entity{
		{
			Name: "user", Plural: "users", Label: "Users",
			Versions: Both, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "enabledUser", Kind: Boolean, Required: true, Versions: Both, Class: Directory, Label: "Enabled"},
				Field{Name: "orgs", CSV: "orgSourcedIds", Kind: References, Target: "orgs", Required: true, Versions: V11, Class: Structural, Label: "Organizations", Category: Enrolling, Twins: []string{"roles"}},
				Field{Name: "role", Kind: Token, Values: personRoles(), Required: true, Versions: V11, Class: Structural, Label: "Role", Twins: []string{"roles"}},
				Field{Name: "username", Kind: Text, Required: true, Versions: Both, Class: Personal, Label: "Username", Category: StudentIdentifiers},
				Field{Name: "userIds", Kind: Identifiers, Versions: Both, Class: Personal, Label: "User IDs", Category: StudentIdentifiers},
				Field{Name: "givenName", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Given name", Category: StudentName, Twins: []string{"preferredFirstName"}},
				Field{Name: "familyName", Kind: Text, Required: true, Versions: Both, Class: Directory, Label: "Family name", Category: StudentName, Twins: []string{"preferredLastName"}},
				Field{Name: "middleName", Kind: Text, Versions: Both, Class: Directory, Label: "Middle name", Category: StudentName, Twins: []string{"preferredMiddleName"}},
				Field{Name: "identifier", Kind: Text, Versions: Both, Class: Personal, Label: "Identifier", Category: StudentIdentifiers},
				Field{Name: "email", Kind: Text, Versions: Both, Class: Contact, Label: "Email", Category: StudentContact},
				Field{Name: "sms", Kind: Text, Versions: Both, Class: Contact, Label: "SMS number", Category: StudentContact},
				Field{Name: "phone", Kind: Text, Versions: Both, Class: Contact, Label: "Phone", Category: StudentContact},
				Field{Name: "agents", CSV: "agentSourcedIds", Kind: References, Target: "users", Versions: Both, Class: Personal, Label: "Agents (guardians or wards)", Category: GuardianLink},
				Field{Name: "grades", Kind: List, Versions: Both, Class: Directory, Label: "Grades", Category: Enrolling, CEDS: "gradeLevel"},
				Field{Name: "password", Kind: Text, Versions: Both, Class: Credential, Label: "Password"},
				Field{Name: "userMasterIdentifier", Kind: Text, Versions: V12, Class: Personal, Label: "Master identifier", Category: StudentIdentifiers},
				Field{Name: "preferredFirstName", CSV: "preferredGivenName", Kind: Text, Versions: V12, Class: Directory, Label: "Preferred first name", Category: StudentName, Twins: []string{"givenName"}},
				Field{Name: "preferredMiddleName", Kind: Text, Versions: V12, Class: Directory, Label: "Preferred middle name", Category: StudentName, Twins: []string{"middleName"}},
				Field{Name: "preferredLastName", CSV: "preferredFamilyName", Kind: Text, Versions: V12, Class: Directory, Label: "Preferred last name", Category: StudentName, Twins: []string{"familyName"}},
				Field{Name: "primaryOrg", CSV: "primaryOrgSourcedId", Kind: Reference, Target: "orgs", Versions: V12, Class: Directory, Label: "Primary organization", Category: Enrolling},
				Field{Name: "pronouns", Kind: Text, Versions: V12, Class: Special, Label: "Pronouns", Category: Demographic},
				Field{Name: "roles", Kind: Nested, Target: "roles", Versions: V12, Class: Structural, Label: "Roles", Category: Enrolling, Twins: []string{"role", "orgs"}},
				Field{Name: "userProfiles", Kind: Nested, Target: "userProfiles", Versions: V12, Class: Personal, Label: "User profiles", Category: StudentIdentifiers},
				Field{Name: "resources", Kind: References, Target: "resources", Through: &Link{Entity: "userResources", Field: "user", Member: "resource"}, Versions: V12, Class: Directory, Label: "Resources"},
			),
		},
		{
			Name: "userProfile", Plural: "userProfiles", Label: "User profiles",
			Versions: V12, Optional: true, Inside: "profileId",
			Fields: common(
				Field{Name: "user", CSV: "userSourcedId", Kind: Reference, Target: "users", Required: true, Versions: V12, Class: Structural, Label: "User"},
				Field{Name: "profileType", Kind: Text, Required: true, Versions: V12, Class: Personal, Label: "Profile type", Category: StudentIdentifiers},
				Field{Name: "vendorId", Kind: Text, Required: true, Versions: V12, Class: Personal, Label: "Vendor ID"},
				Field{Name: "applicationId", Kind: Text, Versions: V12, Class: Personal, Label: "Application ID"},
				Field{Name: "description", Kind: Text, Versions: V12, Class: Personal, Label: "Description"},
				Field{Name: "credentialType", Kind: Text, Required: true, Versions: V12, Class: Credential, Label: "Credential type"},
				Field{Name: "username", Kind: Text, Required: true, Versions: V12, Class: Credential, Label: "Credential username"},
				Field{Name: "password", Kind: Text, Versions: V12, Class: Credential, Label: "Credential password"},
			),
		},
		{
			Name: "role", Plural: "roles", Label: "Roles",
			Versions: V12,
			Fields: common(
				Field{Name: "user", CSV: "userSourcedId", Kind: Reference, Target: "users", Required: true, Versions: V12, Class: Structural, Label: "User"},
				Field{Name: "roleType", Kind: Token, Values: []string{"primary", "secondary"}, Required: true, Versions: V12, Class: Structural, Label: "Role type"},
				Field{Name: "role", Kind: Token, Values: rosterRoles(), Extends: true, Required: true, Versions: V12, Class: Structural, Label: "Role"},
				Field{Name: "beginDate", Kind: Date, Versions: V12, Class: Directory, Label: "Begin date", Category: Enrolling},
				Field{Name: "endDate", Kind: Date, Versions: V12, Class: Directory, Label: "End date", Category: Enrolling},
				Field{Name: "org", CSV: "orgSourcedId", Kind: Reference, Target: "orgs", Required: true, Versions: V12, Class: Structural, Label: "Organization", Category: Enrolling},
				Field{Name: "userProfile", CSV: "userProfileSourcedId", Kind: Reference, Target: "userProfiles", Versions: V12, Class: Personal, Label: "User profile"},
			),
		},
		{
			Name: "enrollment", Plural: "enrollments", Label: "Enrollments",
			Versions: Both, Served: true, Metadata: true,
			Fields: common(
				Field{Name: "class", CSV: "classSourcedId", Kind: Reference, Target: "classes", Required: true, Versions: Both, Class: Structural, Label: "Class", Category: Schedule},
				Field{Name: "school", CSV: "schoolSourcedId", Kind: Reference, Target: "orgs", Required: true, Versions: Both, Class: Structural, Label: "School", Category: Enrolling},
				Field{Name: "user", CSV: "userSourcedId", Kind: Reference, Target: "users", Required: true, Versions: Both, Class: Structural, Label: "User", Category: Schedule},
				Field{Name: "role", Kind: Token, Values: []string{"administrator", "proctor", "student", "teacher"}, Extends: true, Required: true, Versions: Both, Class: Structural, Label: "Role"},
				Field{Name: "primary", Kind: Boolean, Versions: Both, Class: Directory, Label: "Primary teacher", Category: Schedule, Silent: "false"},
				Field{Name: "beginDate", Kind: Date, Versions: Both, Class: Directory, Label: "Begin date", Category: Schedule},
				Field{Name: "endDate", Kind: Date, Versions: Both, Class: Directory, Label: "End date", Category: Schedule},
			),
		},
		{
			Name: "demographics", Plural: "demographics", Label: "Demographics",
			Versions: Both, Optional: true, Served: true, Metadata: true, Describes: "users",
			Fields: common(
				Field{Name: "birthDate", Kind: Date, Versions: Both, Class: Personal, Label: "Birth date", Category: Demographic},
				Field{Name: "sex", Kind: Token, Values: []string{"male", "female"}, More: []string{"other", "unspecified"}, Extends: true, Versions: Both, Class: Personal, Label: "Sex", Category: Demographic},
				Field{Name: "americanIndianOrAlaskaNative", Kind: Boolean, Versions: Both, Class: Personal, Label: "American Indian or Alaska Native", Category: Demographic},
				Field{Name: "asian", Kind: Boolean, Versions: Both, Class: Personal, Label: "Asian", Category: Demographic},
				Field{Name: "blackOrAfricanAmerican", Kind: Boolean, Versions: Both, Class: Personal, Label: "Black or African American", Category: Demographic},
				Field{Name: "nativeHawaiianOrOtherPacificIslander", Kind: Boolean, Versions: Both, Class: Personal, Label: "Native Hawaiian or Other Pacific Islander", Category: Demographic},
				Field{Name: "white", Kind: Boolean, Versions: Both, Class: Personal, Label: "White", Category: Demographic},
				Field{Name: "demographicRaceTwoOrMoreRaces", Kind: Boolean, Versions: Both, Class: Personal, Label: "Two or more races", Category: Demographic},
				Field{Name: "hispanicOrLatinoEthnicity", Kind: Boolean, Versions: Both, Class: Personal, Label: "Hispanic or Latino ethnicity", Category: Demographic},
				Field{Name: "countryOfBirthCode", Kind: Text, Versions: Both, Class: Personal, Label: "Country of birth", Category: Demographic},
				Field{Name: "stateOfBirthAbbreviation", Kind: Text, Versions: Both, Class: Personal, Label: "State of birth", Category: Demographic},
				Field{Name: "cityOfBirth", Kind: Text, Versions: Both, Class: Personal, Label: "City of birth", Category: Demographic},
				Field{Name: "publicSchoolResidenceStatus", Kind: Text, Versions: Both, Class: Personal, Label: "Public school residence status", Category: Demographic, CEDS: "publicSchoolResidenceStatus"},
			),
		},
	}
}

// rosterRoles are the words of 1.2, which splits administrator into four.
func rosterRoles() []string {
	return []string{
		"aide", "counselor", "districtAdministrator", "guardian", "parent", "principal",
		"proctor", "relative", "siteAdministrator", "student", "systemAdministrator", "teacher",
	}
}
