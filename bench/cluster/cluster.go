// Package cluster runs a PostgreSQL of its own in a folder, for as long as it is needed.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// Programs is where Debian has the programs of PostgreSQL 15.
const Programs = "/usr/lib/postgresql/15/bin"

// Settings fit two cores and some gigabytes. Just-in-time compilation costs more than it saves on
// questions of milliseconds. A commit is on the disk before it is answered.
var Settings = []string{
	"listen_addresses=", "shared_buffers=1600MB", "work_mem=256MB", "maintenance_work_mem=512MB", "effective_cache_size=6GB",
	"max_parallel_workers_per_gather=2", "max_parallel_maintenance_workers=1", "random_page_cost=1.1", "jit=off",
	"wal_level=minimal", "max_wal_senders=0", "max_wal_size=8GB", "timezone=UTC",
}

// Cluster is a running PostgreSQL, reached over a socket in its folder. It is used by one
// goroutine at a time.
type Cluster struct {
	Conn *pgx.Conn

	dir, bin string
	as       *user.User // who runs it: not root, which PostgreSQL refuses
}

// Start makes a cluster in a new folder within another, and starts it with the programs in bin. As
// root, it runs as the user postgres, who must be able to reach the folder.
func Start(ctx context.Context, parent, bin string) (*Cluster, error) {
	c := &Cluster{dir: filepath.Join(parent, "postgres"), bin: bin}
	if err := os.Mkdir(c.dir, 0o700); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		if err := c.giveTo("postgres"); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(c.dir, "data")
	if err := c.run(ctx, "initdb", "-D", data, "-U", "bench", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"); err != nil {
		return nil, err
	}
	options := "-k " + c.dir
	for _, setting := range Settings {
		options += " -c " + setting
	}
	if err := c.run(ctx, "pg_ctl", "-D", data, "-w", "-l", filepath.Join(c.dir, "log"), "-o", options, "start"); err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, "host="+c.dir+" user=bench dbname=postgres")
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.Conn = conn
	return c, nil
}

// giveTo makes another user the owner of the folder.
func (c *Cluster) giveTo(name string) (err error) {
	if c.as, err = user.Lookup(name); err != nil {
		return err
	}
	uid, gid := c.ids()
	return os.Chown(c.dir, int(uid), int(gid))
}

func (c *Cluster) ids() (uid, gid uint32) {
	u, _ := strconv.ParseUint(c.as.Uid, 10, 32)
	g, _ := strconv.ParseUint(c.as.Gid, 10, 32)
	return uint32(u), uint32(g)
}

// run runs a program of PostgreSQL. The server it may leave behind must not
// hold its output open, so that goes to a file.
func (c *Cluster) run(ctx context.Context, program string, args ...string) error {
	output, err := os.CreateTemp("", "bench-postgres-")
	if err != nil {
		return err
	}
	defer os.Remove(output.Name())
	defer output.Close()
	command := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	command.Dir, command.Stdout, command.Stderr = c.dir, output, output
	if c.as != nil {
		uid, gid := c.ids()
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
	if err := command.Run(); err != nil {
		text, _ := os.ReadFile(output.Name())
		return fmt.Errorf("%s: %w: %s", program, err, text)
	}
	return nil
}

// Close stops the cluster. Its folder stays.
func (c *Cluster) Close() error {
	var failure error
	if c.Conn != nil {
		failure = c.Conn.Close(context.Background())
	}
	return errors.Join(failure, c.run(context.Background(), "pg_ctl", "-D", filepath.Join(c.dir, "data"), "-m", "fast", "-w", "stop"))
}
