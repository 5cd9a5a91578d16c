import { textField } from '../request/form-field.ts'

/** The fields of a sign-in or sign-up form; chat-api says what is wrong with them. */
export function readCredentials(form: FormData): { email: string; password: string } {
  return { email: textField(form, 'email').trim(), password: textField(form, 'password') }
}
