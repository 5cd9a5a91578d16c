import type { ProviderResponse } from './connection/provider-response.ts'
import { quotaReport } from './connection/quota-report.ts'
import { guardCall, toProviderError } from './failure/guard-call.ts'
import { isDelivery } from './is-delivery.ts'
import type { ProviderAdapter, ProviderCall } from './provider-adapter.ts'
import { readParts } from './server-sent-events/read-parts.ts'
import type { EventReader } from './server-sent-events/read-parts.ts'
import type { StreamPart } from './stream-part.ts'

/** One provider's wire format: how to ask, and how to read what comes. */
export interface WireFormat {
  /** @throws whatever its SDK throws for what is not 2xx */
  readonly send: (call: ProviderCall, streams: boolean) => Promise<ProviderResponse>
  readonly reader: () => EventReader
  /** A whole answer. @throws {ProviderError} */
  readonly readDocument: (document: unknown) => StreamPart[]
  /** Its count of requests is of a day. */
  readonly dailyRequests?: boolean
}

/** The two ways to call, which are alike for every provider. */
export function defineAdapter(format: WireFormat): Pick<ProviderAdapter, 'stream' | 'complete'> {
  return {
    stream: (call) => streamParts(format, call),
    complete: (call) =>
      guardCall(call.signal, async () => {
        const response = await sent(format, call, false)
        return [...reportOf(format, response), ...format.readDocument(await response.json())]
      }),
  }
}

/**
 * An SDK gives its request a signal of its own, and stops passing the caller's on once the garbage collector has taken
 * the response that it handed out, though its body is still read. So the body follows the caller's signal itself.
 */
async function sent(
  { send }: WireFormat,
  call: ProviderCall,
  streams: boolean,
): Promise<ProviderResponse> {
  const response = await send(call, streams)
  response.follow(call.signal)
  return response
}

/** The last of an SDK's silences: it ends quietly on abort; here that is an error too. */
async function* streamParts(
  format: WireFormat,
  call: ProviderCall,
): AsyncGenerator<readonly StreamPart[]> {
  let begun = false
  try {
    const response = await sent(format, call, true)
    begun = true
    const report = reportOf(format, response)
    if (report.length > 0) yield report
    // A provider may answer a streaming call with a plain document, as do gateways in front of one.
    if (response.isJson) yield format.readDocument(await response.json())
    else yield* readAnswer(response, format.reader())
  } catch (error) {
    throw toProviderError(error, call.signal, begun)
  }
  call.signal.throwIfAborted()
}

/** Nobody waits for the first piece of an answer, nor is its end put off, longer than the provider makes them. */
async function* readAnswer(
  response: ProviderResponse,
  reader: EventReader,
): AsyncGenerator<readonly StreamPart[]> {
  let delivers = false
  for await (const parts of readParts(response.bytes, reader)) {
    delivers ||= parts.some(isDelivery)
    response.mayWait = delivers && reader.settleMs === undefined
    yield parts
  }
}

function reportOf(format: WireFormat, response: ProviderResponse): StreamPart[] {
  const report = quotaReport((name) => response.header(name), format)
  return report === undefined ? [] : [report]
}
