package app

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// Build says which program this is, as far as the Go toolchain has written it
// into the binary.
type Build struct {
	Version  string // of the module, "(devel)" for none
	Revision string // of version control, "unknown" for none
	Time     string // of that revision, RFC 3339; "" for none
	Modified bool   // there were changes that were not committed
	Go       string // version of the toolchain
}

// ReadBuild returns the build of the program that runs.
func ReadBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return readBuild(info)
}

func readBuild(info *debug.BuildInfo) Build {
	b := Build{Version: info.Main.Version, Revision: "unknown", Go: runtime.Version()}
	if b.Version == "" {
		b.Version = "(devel)"
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Revision = setting.Value
		case "vcs.time":
			b.Time = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// String is the build in a line.
func (b Build) String() string {
	revision := b.Revision
	if b.Time != "" {
		revision += " of " + b.Time
	}
	if b.Modified {
		revision += " with changes"
	}
	return fmt.Sprintf("kundi %s, revision %s, %s %s/%s", b.Version, revision, b.Go, runtime.GOOS, runtime.GOARCH)
}

// metric is always 1; its labels say which program answers.
func (b Build) metric() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_build_info", Help: "Always 1; the labels are the version of Kundi, its revision in version control, and the version of Go.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "goversion": b.Go},
	}, func() float64 { return 1 })
}
