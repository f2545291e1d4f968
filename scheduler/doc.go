// Package scheduler decides when segments are refreshed. It reads cron lines,
// gives them a meaning across the changes of a zone's clock, runs the
// refreshes with bounded concurrency and never two of one segment at a time,
// keeps what came of each run, and makes up once for what was missed while
// the program was down.
//
// The runner beneath is robfig/cron. What it does badly is kept away from it:
// it panics on some lines, and it loses runs on days when the clock changes,
// so it is only ever asked about a clock that never does.
package scheduler
