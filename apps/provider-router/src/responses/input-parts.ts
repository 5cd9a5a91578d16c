import type { ChatMessage, InputPart } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import { refusePrivateUrl } from '../admit/refuse-private-urls.ts'
import { unsupportedHere } from '../admit/unsupported-here.ts'

type UserPart = Exclude<Extract<ChatMessage, { role: 'user' }>['content'], string>[number]

/** @throws {ServiceError} 400, `unsupported-option` for a picture that was uploaded, `invalid-request` for a private URL */
export function userParts(parts: readonly InputPart[], path: string): UserPart[] {
  return parts.map((part, index) => userPart(part, `${path}[${index}]`))
}

/** What of a content is more than words. @throws {ServiceError} */
export function attachedParts(parts: readonly InputPart[], path: string): UserPart[] {
  return parts.flatMap((part, index) =>
    part.type === 'input_image' || part.type === 'input_file'
      ? [userPart(part, `${path}[${index}]`)]
      : [],
  )
}

export function writtenText(content: string | readonly InputPart[]): string {
  if (typeof content === 'string') return content
  return content.map((part) => textOf(part) ?? '').join('')
}

function userPart(part: InputPart, path: string): UserPart {
  if (part.type === 'input_image') {
    const { image_url: url, detail } = part
    if (url == null) throw unsupportedHere(`${path}.file_id`, 'Send the picture as `image_url`.')
    refusePrivateUrl(url, `${path}.image_url`)
    return { type: 'image_url', image_url: { url, ...(detail == null ? {} : { detail }) } }
  }
  if (part.type === 'input_file') {
    const { filename, file_id: id } = part
    const data = part.file_data ?? part.file_url
    refusePrivateUrl(data ?? '', `${path}.${part.file_data == null ? 'file_url' : 'file_data'}`)
    const named = filename == null ? {} : { filename }
    if (data != null) return { type: 'file', file: { file_data: data, ...named } }
    if (id == null) throw nothingInIt(path)
    // It was uploaded to OpenAI, whose models are asked then.
    return { type: 'file', file: { file_id: id, ...named } }
  }
  return { type: 'text', text: textOf(part) ?? '' }
}

function textOf(part: InputPart): string | undefined {
  if (part.type === 'refusal') return part.refusal
  return part.type === 'input_text' || part.type === 'output_text' ? part.text : undefined
}

function nothingInIt(path: string): ServiceError {
  return new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'The request is not valid.',
    detail: `\`${path}\` has neither \`file_data\` nor \`file_url\` nor \`file_id\`.`,
    fields: [{ path, message: 'has no file' }],
  })
}
