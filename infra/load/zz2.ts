import { Pool } from 'undici'
import { connect } from 'node:net'
import { startSimulatorProcess } from './router/gateway/start-simulator.ts'
import { randomUUID } from 'node:crypto'
import { cpuMs } from './router/process/process-usage.ts'
import { moveTo } from './router/process/cores.ts'
moveTo('1')
const releases = new AsyncDisposableStack()
const sim = await startSimulatorProcess(releases, '1')
const pool = new Pool(sim.origin)
const port = Number(new URL(sim.origin).port)
const headers = ['content-type', 'application/json', 'authorization', 'Bearer x']
const body = (stream: boolean) => JSON.stringify(stream ? { model: 'm+tps-50', stream, messages: [{ role: 'user', content: `Tell me about ${randomUUID()} [tokens:64]` }] } : { model: 'm', messages: [{ role: 'system', content: 'title' }, { role: 'user', content: `About ${randomUUID()}` }] })
const viaUndici = (b: string) => new Promise<string>((resolve, reject) => {
  let text = ''
  pool.dispatch({ path: '/v1/chat/completions', method: 'POST', headers, body: b }, {
      onRequestStart() {}, onResponseStart() {}, onResponseData(_c, chunk) { text += chunk.toString('latin1') }, onResponseEnd() { resolve(text) }, onResponseError(_c, e) { reject(e) } })
})
interface Conn { send(b: string): Promise<string> }
const free: Conn[] = []
const open = (): Conn => {
  let text = ''; let need = -1; let resolve: (t: string) => void = () => {}
  const buffer = Buffer.allocUnsafe(65536)
  const conn: Conn = { send: (b) => new Promise((r) => { text = ''; need = -1; resolve = r; socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer x\r\ncontent-length: ${b.length}\r\n\r\n${b}`, 'latin1') }) }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback: (n: number) => {
    text += buffer.latin1Slice(0, n)
    if (need === -1) { const end = text.indexOf('\r\n\r\n'); if (end > 0) { const m = /content-length: (\d+)/i.exec(text.slice(0, end)); need = m ? end + 4 + Number(m[1]) : -2 } }
    if (need >= 0 ? text.length >= need : (buffer[n-1] === 10 && buffer[n-5] === 48 && buffer[n - 4] === 13)) { const t = text; free.push(conn); resolve(t) }
    return true
  } } } as never)
  return conn
}
const viaNet = (b: string) => (free.pop() ?? open()).send(b)
for (const round of [0, 1]) for (const [name, send] of [['undici', viaUndici], ['net', viaNet]] as const) {
  for (const [stream, many] of [[false, 32], [true, 300], [true, 900]] as const) {
    const before = cpuMs(sim.process.pid); const own = process.cpuUsage()
    let n = 0
    const start = performance.now(); const end = start + 4000
    await Promise.all(Array.from({ length: many }, async (_, i) => { if (stream) await new Promise(r => setTimeout(r, i / many * 1280)); while (performance.now() < end) { const t = await send(body(stream)); n++; if (!t.includes(stream ? '[DONE]' : '"stop"')) console.log(t) } }))
    const t = performance.now() - start
    const o = process.cpuUsage(own)
    if (round) console.log(name, { stream, many, rate: Math.round(n / t * 1000), sim: Math.round((cpuMs(sim.process.pid) - before) / n * 1000), own: Math.round((o.user + o.system) / n) })
  }
}
await pool.close(); await releases.disposeAsync(); process.exit()
