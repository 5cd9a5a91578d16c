/** The text of a form's field; '' where there is none, or a file in its place. */
export function textField(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
