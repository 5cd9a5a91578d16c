/** Waits for `running` so long at most; it goes on by itself. @throws where that is not enough */
export async function within<T>(ms: number, running: Promise<T>): Promise<T> {
  running.catch(() => {})
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not within ${ms} ms`)), ms)
  try {
    return await Promise.race([running, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
