/** Markup that is safe to put into a page as it is. */
export interface Html {
  readonly text: string
}

type Value = string | number | Html | readonly Value[]

/** A template whose values are escaped unless they are themselves made by this or by {@link raw}. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  let text = parts[0] ?? ''
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? '')
  return { text }
}

/** For what is ours and not text: a style sheet. */
export function raw(text: string): Html {
  return { text }
}

function render(value: Value): string {
  if (typeof value === 'object') return 'text' in value ? value.text : value.map(render).join('')
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
