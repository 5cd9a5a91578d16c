import { randomHex } from '@brainlyx/service-kit'

const PREFIX = { message: 'msg', reasoning: 'rs', call: 'fc', customCall: 'ctc' } as const

export function newItemId(kind: keyof typeof PREFIX): string {
  return `${PREFIX[kind]}_${randomHex(24)}`
}

/** Reasoning is left out where it is handed back, so it need not be found where it is only named. */
export function isReasoning(id: string): boolean {
  return id.startsWith(`${PREFIX.reasoning}_`)
}
