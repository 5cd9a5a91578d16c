/** Something in the file is not as it must be; the same file would fail again. */
export class ImportProblem extends Error {
  /** Kebab-case. */
  readonly code: 'not-an-export' | 'export-too-large' | 'export-not-valid'

  /** @param detail for the user: which file, which line, which field */
  constructor(code: ImportProblem['code'], detail: string) {
    super(detail)
    this.name = 'ImportProblem'
    this.code = code
  }
}
