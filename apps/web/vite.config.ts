import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [reactRouter()],
  build: {
    // The policy of our pages lets no data: URL load as a script, and small assets are one cached request.
    assetsInlineLimit: 0,
    target: 'es2024',
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Files of a kilobyte each compress badly and cost a request each: what every page loads is one file.
            codeSplitting: {
              groups: [
                {
                  name: 'react',
                  test: /node_modules[\\/](react|react-dom|react-router|scheduler)[\\/]/,
                },
                { name: 'shared', test: /[\\/]app[\\/]/, minShareCount: 2 },
              ],
            },
          },
        },
      },
    },
    // The server's entry is our own: what turns an Express request into a page.
    ssr: {
      build: { rolldownOptions: { input: './app/page-server.ts' } },
      // Loaded by Node itself while developing, these would bring a second React Router along.
      resolve: { noExternal: ['@react-router/express', '@react-router/node'] },
    },
  },
})
