import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import { defineConfig } from 'rolldown'

const compress = promisify(brotliCompress)

/** Smaller files would not fit into fewer packets. */
const SMALLEST_COMPRESSED_BYTES = 1_000

// One folder that runs alone: the server with everything it imports, and the browser's files beside it.
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // Only development loads Vite.
  external: ['vite'],
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  checks: { moduleLevelDirective: false },
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: 'chunks/[name]-[hash].js' },
  plugins: [
    {
      name: 'copy-client',
      async writeBundle() {
        await rm('dist/client', { recursive: true, force: true })
        await cp('build/client', 'dist/client', { recursive: true })
        await compressFiles('dist/client')
      },
    },
  ],
})

/** Puts Brotli's best beside each file, which no server could afford while answering. */
async function compressFiles(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true })
  await Promise.all(
    names
      .filter((name) => /\.(js|css|svg)$/.test(name))
      .map(async (name) => {
        const path = join(directory, name)
        const content = await readFile(path)
        if (content.length < SMALLEST_COMPRESSED_BYTES) return
        await writeFile(`${path}.br`, await compress(content))
      }),
  )
}
