const EXAMPLES = [
  {
    kind: 'Code',
    text: 'Write a TypeScript function that debounces another function, and explain it.',
  },
  { kind: 'Table', text: 'Compare PostgreSQL, MySQL and SQLite in a table.' },
  { kind: 'List', text: 'Plan a three-day trip to Lisbon as a list.' },
  { kind: 'Reasoning', text: 'Why is the sky blue? Think it through first.' },
] as const

/** Buttons of the composer's form: each sends its own text, with or without script. */
export function ExamplePrompts() {
  return (
    <ul className="examples" aria-label="Examples">
      {EXAMPLES.map(({ kind, text }) => (
        <li key={kind}>
          <button className="example" form="composer" name="example" value={text} formNoValidate>
            <span className="example-kind">{kind}</span>
            <span>{text}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
