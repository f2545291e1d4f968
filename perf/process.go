package perf

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// Machine describes where something was measured. A value that the system does not
// tell is empty.
type Machine struct {
	Processor string `json:"processor,omitempty"`
	Cores     int    `json:"cores"`
	Memory    string `json:"memory,omitempty"`
	Load      string `json:"load,omitempty"` // averages of 1, 5 and 15 minutes at the start
	Go        string `json:"go"`
}

// ThisMachine describes the present machine.
func ThisMachine() Machine {
	m := Machine{
		Processor: procValue("/proc/cpuinfo", "model name"), Cores: runtime.GOMAXPROCS(0),
		Memory: procValue("/proc/meminfo", "MemTotal"), Go: runtime.Version(),
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(load))[:3], " ")
	}
	return m
}

// procValue returns the value of a "name: value" line, "" when there is none.
func procValue(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// heap is the memory of what is alive, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// onDisk is how many bytes the files below a folder take, without the parts
// that were set aside and never written.
func onDisk(folder string) (bytes uint64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			bytes += uint64(stat.Blocks) * 512
		} else {
			bytes += uint64(info.Size())
		}
		return nil
	})
	return bytes, err
}
