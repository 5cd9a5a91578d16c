import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const argon2Async = promisify(argon2)

/** OWASP's second choice for argon2id (19 MiB, two passes, one lane): about 40 ms of one core. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
/** Hashing takes a core whole; more than this at once and everyone's answers would stall. */
const CONCURRENT_HASHES = 2

export interface PasswordHasher {
  /** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, the PHC string format. */
  hash(password: string): Promise<string>
  verify(password: string, hash: string): Promise<boolean>
}

export function createPasswordHasher(): PasswordHasher {
  const waiting: (() => void)[] = []
  let free = CONCURRENT_HASHES

  async function inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free--
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }

  const derive = (password: string, nonce: Buffer, cost: Cost): Promise<Buffer> =>
    inTurn(() => argon2Async('argon2id', { message: password.normalize('NFKC'), nonce, ...cost }))

  return {
    async hash(password) {
      const salt = randomBytes(16)
      return format(COST, salt, await derive(password, salt, COST))
    },
    async verify(password, hash) {
      const parsed = parse(hash)
      if (parsed === undefined) return false
      const given = await derive(password, parsed.salt, {
        ...parsed.cost,
        tagLength: parsed.tag.length,
      })
      return timingSafeEqual(given, parsed.tag)
    },
  }
}

interface Cost {
  memory: number
  passes: number
  parallelism: number
  tagLength: number
}

function format(cost: Cost, salt: Buffer, tag: Buffer): string {
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`
}

function parse(
  hash: string,
): { cost: Omit<Cost, 'tagLength'>; salt: Buffer; tag: Buffer } | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash)
  if (match === null) return undefined
  const [, memory, passes, parallelism, salt, tag] = match
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt!, 'base64'),
    tag: Buffer.from(tag!, 'base64'),
  }
}
