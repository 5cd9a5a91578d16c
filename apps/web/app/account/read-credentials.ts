/** The fields of a sign-in or sign-up form; chat-api says what is wrong with them. */
export function readCredentials(form: FormData): { email: string; password: string } {
  const text = (name: string): string => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
  return { email: text('email').trim(), password: text('password') }
}
