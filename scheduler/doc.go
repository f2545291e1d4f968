// Package scheduler refreshes segments by their schedules, and ends what ends by itself at some
// moment, like a block: see Alarms. Of the schedules:
//
//   - It reads cron lines, and says what they mean on days when the clock of a
//     time zone changes.
//   - It runs a limited number of refreshes at once, and never two of one
//     segment.
//   - It stores the outcome of each run.
//   - It tries a run that failed again, a few times.
//   - If runs were missed while the program was down, it makes up for the latest
//     one.
//
// robfig/cron wakes the schedules. That package panics on some lines, and it
// loses runs on days when the clock changes. So panics are caught here, and
// robfig/cron only works in UTC, where the clock never changes.
package scheduler
