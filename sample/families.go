package sample

import "math/big"

// families says which students are siblings and who their guardians are. The
// students are shuffled, and the shuffled row is cut into families by a pattern
// that repeats: siblings thus sit far apart, in different grades and schools.
type families struct {
	students int64
	factor   int64 // the shuffle is position*factor+shift modulo students
	inverse  int64
	shift    int64
	pattern  pattern
}

// family is a run of the shuffled students.
type family struct {
	number    int
	position  int // of the first child in the shuffled row
	children  int
	guardian  int // the number of the first guardian in the district
	guardians int
}

// pattern is how many children and guardians each of 16 families has: 1.4
// guardians to a student; one family in sixteen has none on file.
type pattern struct{ children, guardians [16]int }

func newFamilies(d District) families {
	n := int64(d.Students)
	factor := n * 618 / 1000
	for gcd(factor, n) != 1 {
		factor++
	}
	inverse := new(big.Int).ModInverse(big.NewInt(factor), big.NewInt(n))
	return families{
		students: n,
		factor:   factor,
		inverse:  inverse.Int64(),
		shift:    int64(d.Seed % uint64(n)),
		pattern: pattern{
			children:  [16]int{1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 1, 1},
			guardians: [16]int{2, 1, 2, 2, 1, 2, 3, 2, 1, 2, 2, 2, 0, 2, 2, 2},
		},
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// student is who stands at a position of the shuffled row.
func (f families) student(position int) int {
	return int((int64(position)*f.factor + f.shift) % f.students)
}

// position is where a student stands in the shuffled row.
func (f families) position(student int) int {
	return int((int64(student) + f.students - f.shift) * f.inverse % f.students)
}

// of finds the family of a student.
func (f families) of(student int) family {
	position := f.position(student)
	children, _ := f.pattern.sums(16)
	fam := f.at(position / children * 16)
	for fam.position+fam.children <= position {
		fam = f.at(fam.number + 1)
	}
	return fam
}

// at is the family of a number. The last of a district may have fewer children
// than the pattern gives it; families beyond it have none.
func (f families) at(number int) family {
	children, guardians := f.pattern.sums(16)
	before, ahead := f.pattern.sums(number % 16)
	fam := family{
		number:    number,
		position:  number/16*children + before,
		guardian:  number/16*guardians + ahead,
		guardians: f.pattern.guardians[number%16],
	}
	fam.children = max(0, min(f.pattern.children[number%16], int(f.students)-fam.position))
	return fam
}

// sums counts the children and guardians of the pattern's first n families.
func (p pattern) sums(n int) (children, guardians int) {
	for i := range n {
		children += p.children[i]
		guardians += p.guardians[i]
	}
	return children, guardians
}

// members lists a family's students.
func (f families) members(fam family) []int {
	var all []int
	for i := range fam.children {
		all = append(all, f.student(fam.position+i))
	}
	return all
}
