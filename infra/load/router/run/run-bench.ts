import { writeResults } from './results.ts'
import type { Results } from './results.ts'

export interface Bench {
  readonly name: string
  /** What `--help` prints. */
  readonly usage: string
  /** Whatever is started is registered with `releases`. Undefined: there is nothing to keep. */
  run(releases: AsyncDisposableStack): Promise<Results | undefined>
}

/** Runs a benchmark, keeps its figures, and leaves nothing behind, however it ends. */
export async function runBench({ name, usage, run }: Bench): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    console.log(usage)
    return
  }
  const releases = new AsyncDisposableStack()
  let releasing: Promise<void> | undefined
  const release = (): Promise<void> => (releasing ??= releases.disposeAsync())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void release().finally(() => process.exit(130))
    })
  }
  try {
    const results = await run(releases)
    if (results === undefined) return
    console.table(results.printed ?? results.rows)
    writeResults(name, results)
  } catch (error) {
    // What fails because everything is being stopped is no news.
    if (releasing === undefined) throw error
  } finally {
    await release()
  }
}
