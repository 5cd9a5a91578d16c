import { hash } from 'node:crypto'

/** OpenAI's own name for where a caller's tools are that stand in no other. */
const PLAIN = 'functions'
/** Letters that every provider takes. */
const LONGEST = 64
const DIGEST = 8

/**
 * How a model knows a tool: providers know no namespaces, so the name has both in it. The same two make the same name
 * each time, since a conversation names tools that are not offered any more.
 */
export function modelName(name: string, namespace: string | null | undefined): string {
  if (namespace == null || namespace === '' || namespace === PLAIN) return name
  const full = `${namespace.replace(/__$/, '')}__${name}`
  const sayable = full.replaceAll(/[^\w-]/g, '_')
  if (sayable === full && full.length <= LONGEST) return full
  return `${sayable.slice(0, LONGEST - DIGEST - 1)}_${hash('sha256', full).slice(0, DIGEST)}`
}
