// Package web has the built files of the console, the page in which people work with Kundi,
// and serves them.
package web
