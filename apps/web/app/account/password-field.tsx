/** The shortest password that the contract takes, in characters. */
const PASSWORD_MINIMUM = 10

/** A password: one that is known, or with `isNew` one that is chosen here. */
export function PasswordField({
  name,
  label,
  isNew = false,
  wrong,
}: {
  name: string
  label: string
  isNew?: boolean
  /** What is wrong with it. */
  wrong?: string | undefined
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        name={name}
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        required
        minLength={isNew ? PASSWORD_MINIMUM : undefined}
        maxLength={256}
        aria-invalid={wrong === undefined ? undefined : true}
      />
      {isNew && <small>At least {PASSWORD_MINIMUM} characters; a few words are good.</small>}
      {wrong !== undefined && <small className="field-problem">{wrong}</small>}
    </label>
  )
}
