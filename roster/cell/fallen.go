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
	Loosened   = Flaw{"the record went with one that it refers to, and other rows refer to it", "Send those rows as tobedeleted or, if the record is still there, send it with a reference to another one."}
	NoLonger   = Flaw{"the file no longer has records that other rows refer to", "Leave those rows out as well or, if the records are still there, export them."}
)
