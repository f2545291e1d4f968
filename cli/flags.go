package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// choice reads a flag of the type "choice": one of its enum. Kong's own check
// lists an empty choice, too, which stands for a flag that is left out.
func choice(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("choice", &text); err != nil {
		return err
	}
	choices := slices.DeleteFunc(ctx.Value.EnumSlice(), func(c string) bool { return c == "" })
	if !slices.Contains(choices, text) && (text != "" || ctx.Value.Default != "" || ctx.Value.Required) {
		return fmt.Errorf("must be one of %s", strings.Join(choices, ", "))
	}
	target.SetString(text)
	return nil
}

// checkEnvironment names a variable with a value that its flag does not take.
// Kong would name the flag, which nobody has given.
func checkEnvironment(flags []*kong.Flag) error {
	for _, flag := range flags {
		for _, name := range flag.Envs {
			text, set := os.LookupEnv(name)
			if !set {
				continue
			}
			if _, err := flagValue(flag, text); err != nil {
				return errors.New(named(name, err))
			}
		}
	}
	return nil
}

// named puts what a fault is of before it: "--listen must be HOST:PORT".
func named(what string, fault error) string {
	if strings.HasPrefix(fault.Error(), "must ") {
		return what + " " + fault.Error()
	}
	return what + ": " + fault.Error()
}

// flagFault is how kong writes a fault of a flag.
var flagFault = regexp.MustCompile(`^(--[a-z-]+): (must )`)

// usage writes an error of the command line as all others are written: kong puts
// the command before some, and a colon behind some flags.
func usage(err error) string {
	text := err.Error()
	var missing *fs.PathError
	if errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) {
		text = strings.Replace(text, missing.Error(), missing.Path+": no such file", 1)
		text = strings.TrimPrefix(text, "[<file>]: ") // an argument has no name that anybody types
	}
	var known *kong.ParseError
	if errors.As(err, &known) && known.Context != nil {
		if command := known.Context.Selected(); command != nil {
			text = strings.TrimPrefix(text, strings.TrimPrefix(command.FullPath(), "kundi ")+": ")
		}
	}
	return flagFault.ReplaceAllString(text, "$1 $2")
}

// folder is the path of a data folder on the command line.
type folder string

// UnmarshalText takes any path but an empty one, which would be the working
// directory.
func (f *folder) UnmarshalText(text []byte) error {
	if *f = folder(text); strings.TrimSpace(string(text)) == "" {
		return errors.New("must name a folder")
	}
	return nil
}

// address is where the API listens.
type address string

// UnmarshalText takes HOST:PORT.
func (a *address) UnmarshalText(text []byte) error {
	*a = address(text)
	_, port, err := net.SplitHostPort(string(text))
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || port == "" {
		return errors.New("must be HOST:PORT like 127.0.0.1:8080, or :8080 for every address of this machine")
	}
	return nil
}

// hostName is a name that the API is reached under.
type hostName string

// UnmarshalText takes a name without scheme and path.
func (h *hostName) UnmarshalText(text []byte) error {
	if *h = hostName(text); len(text) == 0 || strings.ContainsAny(string(text), "/ \t*") {
		return errors.New("must be a host name like crm.example.org, without https:// and without a path")
	}
	return nil
}

// zone is a time zone.
type zone string

// UnmarshalText takes a name of the IANA list, or nothing for none. "Local"
// would be the zone of the process, which never matters.
func (z *zone) UnmarshalText(text []byte) error {
	*z = zone(text)
	if _, err := time.LoadLocation(string(text)); err != nil || strings.EqualFold(string(text), "local") {
		return errors.New("the time zone is unknown; give a name of the IANA list, like Africa/Nairobi")
	}
	return nil
}
