import { textField } from '../request/form-field.ts'

/** What a submitted form asks for; a `text` that is only white space is left to whoever refuses it. */
export interface TurnFields {
  text: string | undefined
  /** A question that gets another answer. */
  answerTo: string | undefined
  /** What an edited message follows: null where it begins the chat. */
  parentId: string | null | undefined
}

/** In a form, for a message that follows none. */
export const NO_PARENT = 'none'

/**
 * The composer's form, whose buttons stand all over the page: each sends its own name and value. With or without script
 * the same fields mean the same.
 */
export function readTurnFields(form: FormData): TurnFields {
  const answerTo = textField(form, 'answerTo')
  if (answerTo !== '') return { text: undefined, answerTo, parentId: undefined }
  const editing = textField(form, 'edit') !== ''
  const written = editing ? textField(form, 'editedText') : textField(form, 'text')
  // Forms send line ends as CR LF.
  const text = (textField(form, 'example') || written).replaceAll('\r\n', '\n')
  if (!editing) return { text, answerTo: undefined, parentId: undefined }
  const parentId = textField(form, 'editedParent')
  return { text, answerTo: undefined, parentId: parentId === NO_PARENT ? null : parentId }
}
