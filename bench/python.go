package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// pythonFiles are the programs of the systems that are reached from Python.
//
//go:embed python/*.py
var pythonFiles embed.FS

// pythonSystem is a system that is asked in a Python process of its own, through a pipe. The process takes the
// times, so that the pipe does not count.
type pythonSystem struct {
	name    string
	dialect *dialect // nil for a system that has the questions in its own words
	at      moments
	dir     string // the process's folder
	setup   string
	rows    *Rows

	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	log     bytes.Buffer
}

// module is what Python calls a system.
var module = map[string]string{"duckdb": "duckdb", "clickhouse": "chdb", "polars": "polars"}

// missing is why a system cannot take part: Python or the system's package is not there.
type missing struct{ why string }

func (m *missing) Error() string { return m.why }

// startPython starts the process of a system. The error is a *missing when there is no python, or it
// lacks the package of the system.
func startPython(ctx context.Context, python, dir string, s *pythonSystem) (*pythonSystem, error) {
	program, err := exec.LookPath(python)
	if err != nil {
		return nil, &missing{fmt.Sprintf("%s: there is no %s; --python names one", s.name, python)}
	}
	if text, err := exec.CommandContext(ctx, program, "-c", "import numpy, "+module[s.name]).CombinedOutput(); err != nil {
		return nil, &missing{fmt.Sprintf("%s: %s lacks a package, pip install duckdb chdb polars numpy (%s)", s.name, program, lastLine(text))}
	}
	s.dir = filepath.Join(dir, s.name)
	if err := writePython(s.dir); err != nil {
		return nil, err
	}
	s.command = exec.CommandContext(ctx, program, filepath.Join(s.dir, "ask_"+s.name+".py"))
	s.command.Dir, s.command.Stderr = s.dir, &s.log
	s.command.Env = append(os.Environ(), "POLARS_MAX_THREADS=2")
	if s.in, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReaderSize(out, 1<<20)
	return s, s.command.Start()
}

// writePython writes the programs into a new folder.
func writePython(dir string) error {
	programs, err := fs.Sub(pythonFiles, "python")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, programs)
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

// order is a line to the process.
type order struct {
	Do        string `json:"do"`
	File      string `json:"file,omitempty"`
	Folder    string `json:"folder,omitempty"`
	Now       int64  `json:"now,omitempty"` // milliseconds since 1970
	Name      string `json:"name,omitempty"`
	Kind      Kind   `json:"kind,omitempty"`
	Statement string `json:"statement,omitempty"`
	Arguments []any  `json:"arguments,omitempty"`
}

// reply is its answer.
type reply struct {
	Error  string              `json:"error"`
	Setup  string              `json:"setup"`
	Took   int64               `json:"took"` // nanoseconds
	Count  uint64              `json:"count"`
	IDs    []byte              `json:"ids"` // little-endian uint32
	Facets [][]json.RawMessage `json:"facets"`
}

// do sends an order and waits for the answer.
func (s *pythonSystem) do(o order) (r reply, err error) {
	line, err := json.Marshal(o)
	if err != nil {
		return r, err
	}
	if _, err = s.in.Write(append(line, '\n')); err != nil {
		return r, fmt.Errorf("%w\n%s", err, s.log.Bytes())
	}
	answer, err := s.out.ReadBytes('\n')
	if err != nil {
		return r, fmt.Errorf("%w\n%s", err, s.log.Bytes())
	}
	if err = json.Unmarshal(answer, &r); err == nil && r.Error != "" {
		err = errors.New(r.Error)
	}
	return r, err
}

// Name implements System.
func (s *pythonSystem) Name() string { return s.name }

// Setup implements System.
func (s *pythonSystem) Setup() string { return s.setup }

// Load implements System.
func (s *pythonSystem) Load(_ context.Context, rows *Rows) error {
	s.rows = rows
	r, err := s.do(order{Do: "load", File: rows.File, Folder: s.dir, Now: s.at.now.UnixMilli()})
	s.setup = r.Setup
	return err
}

// Prepare implements System.
func (s *pythonSystem) Prepare(_ context.Context, q Question) (func(context.Context) (Answer, error), error) {
	o := order{Do: "prepare", Name: q.Name, Kind: q.Kind}
	if s.dialect != nil {
		o.Statement = s.dialect.statement(q, s.at)
	} else if q.Kind == Change || q.Kind == Nothing { // it keeps nothing on the disk
		return nil, nil
	}
	if _, err := s.do(o); err != nil {
		return nil, fmt.Errorf("%w in %s", err, o.Statement)
	}
	arguments := func() []any { return nil }
	if q.Kind == Change {
		next, err := s.rows.changes()
		if err != nil {
			return nil, err
		}
		arguments = func() []any {
			id, mrr := next()
			return []any{id, mrr}
		}
	}
	return func(context.Context) (Answer, error) {
		r, err := s.do(order{Do: "ask", Name: q.Name, Kind: q.Kind, Arguments: arguments()})
		if err != nil {
			return Answer{}, err
		}
		return r.answer()
	}, nil
}

// answer is the reply as all systems answer.
func (r reply) answer() (a Answer, err error) {
	a.Count, a.Took = r.Count, time.Duration(r.Took)
	for at := 0; at < len(r.IDs); at += 4 {
		a.IDs = append(a.IDs, binary.LittleEndian.Uint32(r.IDs[at:]))
	}
	for _, line := range r.Facets {
		var f Facet
		var value *string
		if len(line) != 3 {
			return a, fmt.Errorf("a facet of %d values instead of 3", len(line))
		}
		err := errors.Join(json.Unmarshal(line[0], &f.Field), json.Unmarshal(line[1], &value), json.Unmarshal(line[2], &f.Count))
		if err != nil {
			return a, err
		}
		if value != nil {
			f.Value = *value
		}
		a.Facets = append(a.Facets, f)
	}
	return a, nil
}

// Close implements System: the process ends when nothing more can come.
func (s *pythonSystem) Close() error { return errors.Join(s.in.Close(), s.command.Wait()) }
