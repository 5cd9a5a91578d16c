import { ImportProblem } from './import-problem.ts'

/** A message of 200,000 characters, every byte of it escaped, and the answers that models give. */
const LINE_LIMIT_BYTES = 8 * 1024 * 1024
const NEWLINE = 0x0a

/**
 * The lines of a file as JSON, numbered from 1, one in memory at a time.
 * @throws {ImportProblem} for a line that is too long, not UTF-8, not JSON, or holds what no text of ours can hold
 */
export async function* readJsonLines(
  stream: AsyncIterable<Buffer>,
  fileName: string,
): AsyncGenerator<{ number: number; value: unknown }> {
  let number = 0
  let pieces: Buffer[] = []
  let length = 0
  const take = (): { number: number; value: unknown } => {
    const value = parseLine(Buffer.concat(pieces), `${fileName}, line ${++number}`)
    pieces = []
    length = 0
    return { number, value }
  }
  for await (const chunk of stream) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pieces.push(chunk.subarray(start, end))
      start = end + 1
      yield take()
    }
    pieces.push(chunk.subarray(start))
    length += chunk.length - start
    if (length > LINE_LIMIT_BYTES) {
      throw new ImportProblem('export-too-large', `${fileName}, line ${number + 1}: is too long`)
    }
  }
  if (length > 0) yield take()
}

function parseLine(line: Buffer, place: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line)
    return JSON.parse(text, refuseWhatNoTextHolds) as unknown
  } catch (error) {
    const reason = error instanceof NoText ? error.message : 'is not JSON in UTF-8'
    throw new ImportProblem('export-not-valid', `${place}: ${reason}`)
  }
}

class NoText extends Error {}

/** Postgres takes neither NUL nor half a surrogate pair. */
function refuseWhatNoTextHolds(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw new NoText('has a character that text cannot have')
  }
  return value
}
