import type { OpenApiDocument, OpenApiOperation } from '@brainlyx/chat-contract'
import { schemaRows, typeOf } from './schema-text.ts'
import type { Schema } from './schema-text.ts'
import { html, raw } from './html.ts'
import type { Html } from './html.ts'

/** The OpenAPI document as a page to read: every operation, then every schema that they name. */
export function documentationPage(document: OpenApiDocument, stylesheet: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const prefix = document.servers[0]?.url ?? ''
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${document.info.title} API</title>
        ${raw(`<style>${stylesheet}</style>`)}
      </head>
      <body>
        <main>
          <h1>${document.info.title} API</h1>
          <p>${document.info.description.replaceAll('`', '')}</p>
          <p><a href="openapi.json">The same as an OpenAPI ${document.openapi} document</a></p>
          <nav aria-label="Operations">
            <ul>
              ${operations.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}
            </ul>
          </nav>
          <h2>Operations</h2>
          ${operations.map(({ path, method, operation }) => operationSection(prefix + path, method, operation))}
          <h2>Schemas</h2>
          ${Object.entries(document.components['schemas'] ?? {}).map(([name, schema]) => schemaSection(name, schema))}
        </main>
      </body>
    </html>`.text
}

/** A schema, or the media types of a file. */
function bodyOf(content: Record<string, { schema: Schema }>): Html {
  const json = content['application/json']
  return json === undefined ? html`${Object.keys(content).join(' or ')}` : typeOf(json.schema)
}

function operationSection(path: string, method: string, operation: OpenApiOperation): Html {
  const body = operation.requestBody as { content: Record<string, { schema: Schema }> } | undefined
  const access =
    operation.security.length === 0 ? 'Open to anyone.' : 'For who is signed in, guests too.'
  return html`<section id="${operation.operationId}">
    <h3><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${operation.summary}. <span class="muted">${access}</span></p>
    ${operation.parameters.length === 0 ? '' : parameterTable(operation.parameters as unknown as Parameter[])}
    ${body === undefined ? '' : html`<p>Body: ${bodyOf(body.content)}</p>`}
    <table>
      <caption>
        Answers
      </caption>
      ${Object.entries(operation.responses).map(
        ([status, response]) =>
          html`<tr>
            <th scope="row">${status}</th>
            <td>${responseText(response)}</td>
          </tr>`,
      )}
    </table>
  </section>`
}

interface Parameter {
  name: string
  in: string
  required: boolean
  schema: Schema
}

function parameterTable(parameters: readonly Parameter[]): Html {
  return html`<table>
    <caption>
      Parameters
    </caption>
    ${parameters.map(
      (parameter) =>
        html`<tr>
          <th scope="row"><code>${parameter.name}</code></th>
          <td>${parameter.in}${parameter.required ? '' : ', optional'}</td>
          <td>${typeOf(parameter.schema)}</td>
        </tr>`,
    )}
  </table>`
}

function responseText(response: Record<string, unknown>): Html {
  if (typeof response['$ref'] === 'string')
    return html`${typeOf({ $ref: '#/components/schemas/Problem' })}`
  const content = Object.entries((response['content'] ?? {}) as Record<string, { schema: Schema }>)
  if (content.length === 0) return html`${String(response['description'])}`
  return html`${content.map(([type, { schema }]) => html`${typeOf(schema)} <span class="muted">as ${type}</span> `)}`
}

function schemaSection(name: string, schema: Schema): Html {
  const rows = schemaRows(schema)
  return html`<section id="schema-${name}">
    <h3><code>${name}</code></h3>
    ${
      rows.length === 0
        ? html`<p>${typeOf(schema)}</p>`
        : html`<table>
            ${rows.map(
              (row) =>
                html`<tr>
                  <th scope="row">
                    <code>${row.name}</code
                    >${row.required ? '' : html` <span class="muted">optional</span>`}
                  </th>
                  <td>${row.type}</td>
                </tr>`,
            )}
          </table>`
    }
  </section>`
}
