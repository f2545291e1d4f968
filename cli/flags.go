package cli

import (
	"errors"
	"net"
	"strings"
	"time"
)

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
