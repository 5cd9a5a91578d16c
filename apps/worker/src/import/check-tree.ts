import { ImportProblem } from './import-problem.ts'

/**
 * That a chat's messages are a tree: every parent is there, and no message is above itself; whoever walks up from a
 * message would never arrive.
 * @param parents each message's parent; null at a beginning
 * @throws {ImportProblem}
 */
export function checkTree(
  parents: ReadonlyMap<string, string | null>,
  lastMessageId: string | null,
  fileName: string,
): void {
  if (lastMessageId !== null && !parents.has(lastMessageId)) {
    throw new ImportProblem(
      'export-not-valid',
      `${fileName}, line 1: lastMessageId: is no message of this chat`,
    )
  }
  const known = new Set<string>()
  for (const start of parents.keys()) {
    const way = new Set<string>()
    let id: string | null = start
    while (id !== null && !known.has(id)) {
      const parent = parents.get(id)
      if (parent === undefined || way.has(id)) {
        const what = parent === undefined ? 'is no message of this chat' : 'leads back to itself'
        throw new ImportProblem('export-not-valid', `${fileName}: parentId ${id}: ${what}`)
      }
      way.add(id)
      id = parent
    }
    for (const seen of way) known.add(seen)
  }
}
