// Package audiences freezes whom a campaign is sent to. An audience is made of a snapshot of a
// segment: those who may be written to, in an order, under numbers that never change, split into
// groups by chance. It can be read again and again, from any row on, with the same people under the
// same numbers, and a campaign says up to which row it has come.
package audiences
