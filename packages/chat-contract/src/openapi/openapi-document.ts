import type { z } from 'zod'
import { TRACE_ID_HEADER } from '../headers.ts'
import { API_PREFIX, routes } from '../routes.ts'
import type { Route } from '../routes.ts'
import { TurnFrame } from '../turn-frame.ts'
import { componentSchemas, schemaOf } from './component-schemas.ts'
import type { JsonSchema } from './component-schemas.ts'
import { problemComponents, problemResponses } from './problem-responses.ts'

export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components: Record<string, Record<string, JsonSchema>>
}

export interface OpenApiOperation {
  operationId: string
  summary: string
  tags: string[]
  /** Who is turned away first where there is too much to do. */
  'x-criticality': string
  security: Record<string, string[]>[]
  parameters: JsonSchema[]
  requestBody?: JsonSchema
  responses: Record<string, JsonSchema>
}

const DESCRIPTION = `Every answer names its trace in \`${TRACE_ID_HEADER}\`. What is not 2xx is \
\`application/problem+json\` with a stable \`code\`. Requests that change something and carry the cookies must come \
from this installation’s own pages; programs send \`Authorization: Bearer\` with an access token instead.`

/** The OpenAPI 3.1 document of the public API, made from the route table. */
export function openApiDocument(): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Brainlyx AI', version: '1', description: DESCRIPTION },
    servers: [{ url: API_PREFIX }],
    paths,
    components: {
      schemas: componentSchemas(),
      responses: problemComponents(),
      securitySchemes: {
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'access',
          description: 'Set by the sign-in routes.',
        },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  }
}

function operation(name: string, route: Route): OpenApiOperation {
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    'x-criticality': route.criticality ?? 'normal',
    security: route.access === 'public' ? [] : [{ cookie: [] }, { bearer: [] }],
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...(route.streams === true && route.method === 'GET' ? [LAST_EVENT_ID] : []),
    ],
    ...(route.upload === undefined ? {} : { requestBody: uploadOf(route.upload) }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(route.body) } },
          },
        }),
    responses: { ...successes(route), ...problemResponses(route) },
  }
}

function uploadOf(mediaType: string): JsonSchema {
  const schema = { type: 'string', format: 'binary' }
  const form = { type: 'object', properties: { file: schema }, required: ['file'] }
  return {
    required: true,
    content: { [mediaType]: { schema }, 'multipart/form-data': { schema: form } },
  }
}

const LAST_EVENT_ID: JsonSchema = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The `id` of the last event that arrived; the stream goes on after it.',
}

const EVENT_STREAM: JsonSchema = {
  'text/event-stream': {
    schema: schemaOf(TurnFrame),
    description:
      'Each event’s `data` is one frame as JSON; `event` is its `type`, `id` what to resume from.',
  },
}

function successes(route: Route): Record<string, JsonSchema> {
  const { status, response, streams, file } = route
  if (file !== undefined) {
    const schema = { type: 'string', format: 'binary' }
    return { [status]: { description: 'The file', content: { [file]: { schema } } } }
  }
  const whole: Record<string, JsonSchema> = {
    [status]: {
      description: route.summary,
      ...(response === undefined
        ? {}
        : { content: { 'application/json': { schema: schemaOf(response) } } }),
    },
  }
  if (streams !== true) return whole
  const stream = { description: 'The turn’s events, until it has ended', content: EVENT_STREAM }
  if (response === undefined) return { 200: stream }
  return { 200: stream, ...whole, 303: { description: 'To a plain form: the chat’s page' } }
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (schema === undefined) return []
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: schemaOf(field as z.ZodType),
  }))
}
