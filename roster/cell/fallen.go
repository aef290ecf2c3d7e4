package cell

// What is wrong with a value that refers to what is there, and falls or goes. There is
// nothing to do about it where it stands.
var (
	Fallen = Flaw{"the value refers to a row that is refused", ""}
	Gone   = Flaw{"the value refers to a record that is removed", ""}
	Went   = Flaw{"the row goes with the record that the value refers to, which is removed", ""}
)

// What is wrong with a record that is removed while others refer to it.
var (
	MarkedGone = Flaw{"the row says that its record is gone, and other rows refer to it", "Leave those rows out as well or, if the record is still there, take the mark away."}
	NoLonger   = Flaw{"the file no longer has records that other rows refer to", "Leave those rows out as well or, if the records are still there, export them."}
)

// What is wrong with one that is removed while stored records refer to it that the package has
// no row of.
var (
	MarkedAway = Flaw{"the row says that its record is gone, and stored records refer to it", "If the record is still there, send it without the mark."}
	AwayFrom   = Flaw{"the file no longer has records that stored ones refer to", "If the records are still there, export them."}
)
