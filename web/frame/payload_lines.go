package frame

import (
	"slices"
	"strings"
)

// like reports whether two lines say the same: a comma tells only whether another
// line follows.
func (l Line) like(other Line) bool {
	return strings.TrimSuffix(l.Text, ",") == strings.TrimSuffix(other.Text, ",")
}

// AlignLines puts lines that two payloads share beside one another, and marks the
// others.
func AlignLines(before, after []Line) (left, right []Line) {
	start := 0
	for start < min(len(before), len(after)) && before[start].like(after[start]) {
		start++
	}
	end := 0
	for end < min(len(before), len(after))-start && before[len(before)-1-end].like(after[len(after)-1-end]) {
		end++
	}
	left, right = alignUnequal(before[start:len(before)-end], after[start:len(after)-end])
	left = slices.Concat(before[:start], left, before[len(before)-end:])
	return left, slices.Concat(after[:start], right, after[len(after)-end:])
}

// alignUnequal pairs the lines of a longest common sequence. What stands between them is
// marked, and what is shorter filled up.
func alignUnequal(before, after []Line) (left, right []Line) {
	common := commonLengths(before, after)
	var gone, came []Line
	flush := func() {
		for len(gone) < len(came) {
			gone = append(gone, Line{Mark: "gap"})
		}
		for len(came) < len(gone) {
			came = append(came, Line{Mark: "gap"})
		}
		left, right = append(left, gone...), append(right, came...)
		gone, came = nil, nil
	}
	for i, j := 0, 0; i < len(before) || j < len(after); {
		switch {
		case common != nil && i < len(before) && j < len(after) && before[i].like(after[j]):
			flush()
			left, right = append(left, before[i]), append(right, after[j])
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && (common == nil || common[i+1][j] >= common[i][j+1]):
			gone = append(gone, Line{"gone", before[i].Text})
			i++
		default:
			came = append(came, Line{"new", after[j].Text})
			j++
		}
	}
	flush()
	return left, right
}

// mostAligned bounds the table of align.
const mostAligned = 4_000_000

// commonLengths holds, for each pair of lines, how long the longest common sequence from
// there on is. It is nil where that would be too much; all lines differ then.
func commonLengths(before, after []Line) [][]int32 {
	if len(before)*len(after) > mostAligned {
		return nil
	}
	common := make([][]int32, len(before)+1)
	for i := range common {
		common[i] = make([]int32, len(after)+1)
	}
	for i := len(before) - 1; i >= 0; i-- {
		for j := len(after) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if before[i].like(after[j]) {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	return common
}
