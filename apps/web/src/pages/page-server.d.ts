// The build's own entry: app/page-server.ts, bundled by Vite into build/server/index.js.
declare module '#page-server' {
  export { createPageHandler } from '../../app/page-server.ts'
}
