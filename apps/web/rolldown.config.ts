import { cp, rm } from 'node:fs/promises'
import { defineConfig } from 'rolldown'

// One folder that runs alone: the server with everything it imports, and the browser's files beside it.
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // Only development loads Vite.
  external: ['vite'],
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: 'chunks/[name]-[hash].js' },
  plugins: [
    {
      name: 'copy-client',
      async writeBundle() {
        await rm('dist/client', { recursive: true, force: true })
        await cp('build/client', 'dist/client', { recursive: true })
      },
    },
  ],
})
