package sample

import "math/rand/v2"

// kind tells the streams of chance apart: what is drawn for one purpose never
// moves what is drawn for another.
type kind uint64

const (
	ofFamily kind = iota + 1
	ofStudent
	ofGuardian
	ofStaff
	ofStudentRow
	ofGuardianRow
	ofStaffRow
	ofDemographics
	ofEnrollment
	ofClass
	ofSchool
)

// chance is the stream of one purpose for one record.
func (l *layout) chance(k kind, index int) *rand.Rand {
	return rand.New(rand.NewPCG(l.Seed, mix(uint64(k)<<56|uint64(index))))
}

// mix scatters neighbouring numbers (the finalizer of SplitMix64), so that the
// streams of neighbouring records have nothing in common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// percent is true in p of 100 draws.
func percent(r *rand.Rand, p int) bool { return r.IntN(100) < p }

// mostly is the value, but blank in p of 100 draws.
func mostly(r *rand.Rand, value string, p int) string {
	if percent(r, p) {
		return ""
	}
	return value
}

// pick draws one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }
