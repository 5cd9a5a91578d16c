// node --import die-with-supervisor.mjs …: a service ends when the command that started it has ended, also when that
// was killed and could say nothing. Looked at from within, since a pipe is not passed on by `node --watch`.
import process from 'node:process'
import { isAlive } from './is-alive.mjs'

const POLL_MS = 400
const [supervisor, identity] = (process.env['BRAINLYX_SUPERVISOR'] ?? '').split(' ')
const graceMs = Number(process.env['SHUTDOWN_GRACE_MS'] ?? 10_000) + 2_000

if (supervisor !== undefined && supervisor !== '') {
  let asked = false
  const timer = setInterval(() => {
    if (asked || isAlive(Number(supervisor), identity)) return
    asked = true
    // `node --watch` would start another; it is our parent then.
    if (process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined)
      process.kill(process.ppid, 'SIGTERM')
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
  }, POLL_MS)
  timer.unref()
}
