// Package dossier gathers everything that is stored about a person, all of it from one state of the
// store. It keeps nothing of its own.
package dossier
