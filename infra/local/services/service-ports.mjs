import { Failure } from '../failure.mjs'
import { saveInstance, ensureInstance } from '../instance/instance.mjs'
import { keepPorts } from '../instance/keep-ports.mjs'
import { choosePort, isPortFree } from '../instance/ports.mjs'

/** A service's operations port is the one after its own, where that is free. */
const WISHES = [
  { name: 'web', preferred: 3000 },
  { name: 'web-operations', preferred: 3001 },
  { name: 'chat-api', preferred: 4000 },
  { name: 'chat-api-operations', preferred: 4001 },
  { name: 'provider-router', preferred: 4100 },
  { name: 'provider-router-operations', preferred: 4101 },
  { name: 'worker-operations', preferred: 4201 },
  { name: 'provider-simulator', preferred: 4300 },
  { name: 'provider-simulator-operations', preferred: 4301 },
]

/**
 * Ports for all services, kept once per clone.
 * @param {number} [askedWebPort]
 * @param {(text: string) => void} [say]
 * @returns {Promise<import('../instance/instance.mjs').Instance>}
 * @throws {Failure} where the page's port was asked for, now or once, and is taken
 */
export async function keepServicePorts(askedWebPort, say) {
  const instance = await ensureInstance()
  const webPort = askedWebPort ?? (instance.webPortAsked ? instance.ports['web'] : undefined)
  if (webPort !== undefined) {
    if (!(await isPortFree(webPort))) {
      const other = await choosePort({ preferred: webPort + 10 }, isPortFree)
      throw new Failure(`Port ${webPort} is taken by another program.`, {
        mend: `Stop that program, or choose another port with \`npm start -- --port ${other}\`.`,
      })
    }
    instance.ports['web'] = webPort
    instance.webPortAsked = true
    await saveInstance(instance)
  }
  const before = instance.ports['web'] ?? 3000
  instance.ports = await keepPorts(instance, WISHES)
  const after = instance.ports['web']
  if (after !== before) {
    say?.(
      `Port ${before} is taken by another program, so the page is at port ${after} from now on.`,
    )
  }
  return instance
}
