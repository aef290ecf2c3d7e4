// Package ceds is the code tables of the Common Education Data Standards that
// rosters use: the values that a CEDS-aligned metadata key may have, and what
// each of them means.
//
//	tables := ceds.Load()
//	codes, ok := tables.Codes("primaryDisabilityType") // {AUT Autism}, {DB Deaf-blindness}, ...
//	tables.Has("homeLanguage", "spa")                  // true
//
// An element is named as in catalog.Known.CEDS ("homeLanguage", "migrantStatus",
// ...). The tables also hold what the standard fields are judged by (gradeLevel,
// sex, publicSchoolResidenceStatus) and two elements that are easily mistaken
// for others: titleIIndicator, whose codes differ from the Yes and No that
// vendors ask for in titleI, and ideaDisabilityType, whose codes are not those
// of primaryDisabilityType.
//
// The data is that of the CEDS Ontology, version 13 (Apache License 2.0). Three
// things differ from its publication. Letters that it lost in about 400 names of
// languages ("Arb?resh? Albanian") are those of ISO 639's own tables again. The
// ISO 639-2 code dgr, listed there twice, is here once, so that 487 rows are 486
// codes. Codes stand in an order that people expect: grades from birth on,
// languages by code.
//
// The package judges single values. It does not know which value goes with
// which (a disability type without a disability), and it rejects nothing by
// itself: what to do about a value outside its table is the importer's business.
package ceds
