import type { OpenAiErrorBody } from '@brainlyx/router-contract'
import { anthropicError } from '@brainlyx/service-kit'

/** How a caller's stream is written, by the API that it speaks. Of one stream: it may follow what is said. */
export interface StreamFormat {
  /** @param data the item's text, as it came */
  frame(data: string, item: object): string
  readonly endMark: string
  /** It says that the answer is complete, so it waits until what that cost is written down. */
  isEnd(item: object): boolean
  /** What ends a stream that is not whole. */
  failure(error: OpenAiErrorBody): string
}

export const completionFormat: StreamFormat = {
  frame: (data) => `data: ${data}\n\n`,
  endMark: 'data: [DONE]\n\n',
  isEnd: () => false,
  failure: (error) => `data: ${JSON.stringify(error)}\n\n`,
}

interface NamedItem {
  readonly type?: string
}

/** Anthropic's: each event has its type for a name, as those of responses have. */
export const messageFormat: StreamFormat = {
  frame: namedFrame,
  endMark: '',
  isEnd: ({ type }: NamedItem) => type === 'message_stop',
  failure(error) {
    const event = anthropicError(error)
    return namedFrame(JSON.stringify(event), event)
  },
}

function namedFrame(data: string, { type = 'message' }: NamedItem): string {
  return `event: ${type}\ndata: ${data}\n\n`
}

interface ResponseItem extends NamedItem {
  readonly sequence_number?: number
  readonly response?: object
}

/** Each event has its type for a name; the last one's says that it is the last. */
export class ResponseFormat implements StreamFormat {
  readonly endMark = ''
  #number = 0
  #response: object = {}

  frame(data: string, item: ResponseItem): string {
    this.#number = item.sequence_number ?? this.#number
    this.#response = item.response ?? this.#response
    return namedFrame(data, item)
  }

  isEnd({ type }: ResponseItem): boolean {
    return type === 'response.completed' || type === 'response.incomplete'
  }

  failure({ error }: OpenAiErrorBody): string {
    const { code, message, param } = error
    const failed = { status: 'failed', error: { code: 'server_error', message } }
    return [
      // Flat as it is documented, and nested as it is sent: clients read one or the other.
      { type: 'error', code, message, param, error },
      { type: 'response.failed', response: { ...this.#response, ...failed } },
    ]
      .map((event) => ({ ...event, sequence_number: ++this.#number }))
      .map((event) => this.frame(JSON.stringify(event), event))
      .join('')
  }
}
