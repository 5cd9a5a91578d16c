import { attachmentOfBase64 } from '../../answer/attachment.ts'
import type { Attachment } from '../../answer/attachment.ts'
import { isObject, listOf, numberOf, objectOf, objectsOf, textOf } from '../../answer/json-value.ts'
import type { JsonObject } from '../../answer/json-value.ts'
import type { ResponseFormat } from '../../answer/simulated-answer.ts'
import type { ToolChoice } from '../../answer/tool-choice.ts'
import { turnOf } from '../../conversation/conversation.ts'
import type { Conversation, Turn } from '../../conversation/conversation.ts'
import { RejectedRequest } from '../failure.ts'
import type { ChatRequest, ChatTarget } from '../wire.ts'

/** Reads a generateContent request; the model and the method come from the path. @throws RejectedRequest */
export function readGenerateRequest(body: JsonObject, target: ChatTarget): ChatRequest {
  const contents = objectsOf(body['contents'])
  if (contents.length === 0) {
    throw new RejectedRequest('* GenerateContentRequest.contents: contents is not specified\n')
  }
  return {
    model: target.model,
    stream: target.stream,
    conversation: readConversation(body, contents),
    body,
  }
}

function readConversation(body: JsonObject, contents: JsonObject[]): Conversation {
  const settings = objectOf(body['generationConfig'] ?? body['generation_config'])
  const thinking = objectOf(settings['thinkingConfig'])
  const calling = objectOf(objectOf(body['toolConfig'])['functionCallingConfig'])
  const system = body['systemInstruction'] ?? body['system_instruction']
  return {
    system: typeof system === 'string' ? system : partsText(objectOf(system)['parts']),
    turns: contents.flatMap(readTurns),
    tools: objectsOf(body['tools'])
      .flatMap((tool) => objectsOf(tool['functionDeclarations'] ?? tool['function_declarations']))
      .map((declaration) => ({
        name: textOf(declaration['name']),
        parameters: declaration['parameters'] ?? declaration['parametersJsonSchema'],
      })),
    toolChoice: readToolChoice(calling),
    parallelToolCalls: true,
    responseFormat: readFormat(settings),
    maxTokens: numberOf(settings['maxOutputTokens']),
    stopSequences: listOf(settings['stopSequences']).filter((each) => typeof each === 'string'),
    reasoning:
      thinking['thinkingBudget'] === 0
        ? 'off'
        : thinking['includeThoughts'] === true
          ? 'on'
          : 'auto',
    cachedPrefix: undefined,
  }
}

function readTurns(content: JsonObject): Turn[] {
  const role = textOf(content['role']) || 'user'
  if (!['user', 'model', 'function'].includes(role)) {
    throw new RejectedRequest('Please use a valid role: user, model.')
  }
  const parts = objectsOf(content['parts'])
  if (parts.length === 0) {
    throw new RejectedRequest(
      '* GenerateContentRequest.contents.parts: contents.parts must not be empty.\n',
    )
  }
  const text = partsText(parts)
  if (role === 'model') {
    const calls = parts.filter((part) => isObject(part['functionCall']))
    return [
      turnOf('assistant', text, {
        calls: calls.length === 0 ? '' : JSON.stringify(calls.map((part) => part['functionCall'])),
      }),
    ]
  }
  const results = parts
    .filter((part) => isObject(part['functionResponse']))
    .map((part) =>
      turnOf('tool', JSON.stringify(objectOf(part['functionResponse'])['response'] ?? {})),
    )
  const attachments = parts.flatMap(readAttachment)
  const says = text !== '' || attachments.length > 0 || results.length === 0
  return says ? [...results, turnOf('user', text, { attachments })] : results
}

/** The text of parts that are text and no thought. */
export function partsText(parts: unknown): string {
  return objectsOf(parts)
    .filter((part) => part['thought'] !== true && textOf(part['text']) !== '')
    .map((part) => textOf(part['text']))
    .join('\n')
}

function readAttachment(part: JsonObject): Attachment[] {
  const data = objectOf(part['inlineData'] ?? part['inline_data'])
  const file = objectOf(part['fileData'] ?? part['file_data'])
  if (textOf(file['fileUri']) !== '') {
    return [{ mediaType: textOf(file['mimeType']), url: textOf(file['fileUri']) }]
  }
  const bytes = textOf(data['data'])
  const mediaType = textOf(data['mimeType']) || textOf(data['mime_type'])
  return bytes === '' ? [] : [attachmentOfBase64(mediaType, bytes)]
}

function readToolChoice(calling: JsonObject): ToolChoice {
  if (calling['mode'] === 'NONE') return 'none'
  if (calling['mode'] !== 'ANY') return 'auto'
  const allowed = listOf(calling['allowedFunctionNames'])
  const only = allowed[0]
  return allowed.length === 1 && typeof only === 'string' ? { name: only } : 'required'
}

function readFormat(settings: JsonObject): ResponseFormat {
  if (settings['responseMimeType'] !== 'application/json') return { kind: 'text' }
  const schema = settings['responseSchema'] ?? settings['responseJsonSchema']
  return schema === undefined ? { kind: 'json' } : { kind: 'json-schema', schema }
}
