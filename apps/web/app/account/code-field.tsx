/** A code that is typed from elsewhere; phones offer digits for one of an app. */
export function CodeField({
  label,
  hint,
  digitsOnly,
  wrong,
}: {
  label: string
  hint?: string
  digitsOnly: boolean
  wrong: boolean
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        inputMode={digitsOnly ? 'numeric' : undefined}
        required
        minLength={6}
        maxLength={digitsOnly ? 6 : 20}
        aria-invalid={wrong || undefined}
      />
      {hint !== undefined && <small>{hint}</small>}
    </label>
  )
}
