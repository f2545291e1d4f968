//go:build unix

package main

import "syscall"

// keepPrivate makes every file of this process its owner's alone, whatever
// mode a library asks for: nearly all of them hold personal data.
func keepPrivate() { syscall.Umask(0o077) }
