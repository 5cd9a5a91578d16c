import { createHash } from 'node:crypto'

export const stylesheet = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
code, pre { font: 0.9em ui-monospace, monospace; }
h2 { margin-top: 3rem; border-bottom: 1px solid; }
h3 { margin: 2.5rem 0 0.5rem; }
h3 code { font-weight: 700; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid light-dark(#ccc, #555); padding: 0.35rem 0.75rem 0.35rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; }
caption { font-weight: 600; padding: 0.75rem 0 0.25rem; text-align: left; }
.muted { color: light-dark(#555, #aaa); }
nav ul { columns: 2 18rem; padding-left: 1.2rem; }
a { color: light-dark(#0b57a4, #8ab8ff); }
`

/** What a content security policy names it by. */
export const stylesheetHash = `sha256-${createHash('sha256').update(stylesheet).digest('base64')}`
