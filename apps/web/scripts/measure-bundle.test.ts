import { expect, test } from 'vitest'
import { initialFiles, parseManifest } from './measure-bundle.ts'

const manifest = parseManifest(
  `window.__reactRouterManifest=${JSON.stringify({
    url: '/assets/manifest-1.js',
    entry: { module: '/assets/entry.js', imports: ['/assets/react.js'] },
    routes: {
      root: { module: '/assets/root.js', imports: ['/assets/react.js'] },
      chat: { module: '/assets/chat.js', imports: ['/assets/markdown.js', '/assets/x.css'] },
      settings: { module: '/assets/settings.js', imports: ['/assets/heavy.js'] },
    },
  })};`,
)

test('a page loads its routes and what they share once, and no other route', () => {
  expect(initialFiles(manifest, ['root', 'chat'])).toEqual([
    '/assets/chat.js',
    '/assets/entry.js',
    '/assets/manifest-1.js',
    '/assets/markdown.js',
    '/assets/react.js',
    '/assets/root.js',
  ])
})

test('a route that is gone is not measured as nothing', () => {
  expect(() => initialFiles(manifest, ['renamed'])).toThrow('renamed')
})
