import { statfs } from 'node:fs/promises'

export interface Size {
  /** Such as `10m`. */
  readonly name: string
  readonly messages: number
}

/** What a message takes with all that belongs to it (turn, ledger row, chat, every index), until one was loaded. */
export const BYTES_A_MESSAGE = 3_000
/** For the log of changes and what else grows meanwhile. */
const RESERVE_BYTES = 12 * 2 ** 30

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 }

/** @throws an Error where the text is not like `100k,1m` */
export function parseSizes(text: string): Size[] {
  const sizes = text.split(',').map((name) => {
    const [, count, unit] = /^(\d+)([km]?)$/.exec(name) ?? []
    if (count === undefined || unit === undefined)
      throw new Error(`--sizes has ${name}, and takes numbers such as 100k or 10m`)
    return { name, messages: Number(count) * (UNITS[unit] ?? 1) }
  })
  return sizes.toSorted((one, other) => one.messages - other.messages)
}

/** Whether so much more fits on the disk of `folder`. */
export async function fits(folder: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize > bytes + RESERVE_BYTES
}
