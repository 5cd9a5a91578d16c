import type { Random } from './random.ts'

/** What a turn adds: a question and its answer after the last one, or beside it, or only another answer. */
export const TURN_KIND = { follows: 0, edits: 1, answersAnew: 2 } as const

export interface ChatPlan {
  /** When each user joined, in milliseconds since 1970. */
  readonly joinedAt: Float64Array
  /** Whose each chat is. */
  readonly owner: Uint32Array
  /** Of each turn, by its number. */
  readonly chat: Uint32Array
  readonly at: Float64Array
  readonly kind: Uint8Array
  readonly messages: number
}

export interface Period {
  readonly from: Date
  readonly until: Date
}

/** The longest chat, in turns: 20,000 messages. */
export const LONGEST_TURNS = 10_000
const MESSAGES_A_LONGEST = 300_000
const CHATS = { median: 6, sigma: 1.2, most: 5_000 }
const TURNS = { median: 4, sigma: 1.1 }
const BRANCHED_CHATS = 0.08
const BRANCHES_A_TURN = 0.15
const GAP = { median: 100_000, sigma: 1.1, least: 30_000 }
/** A user comes back to a chat. */
const RETURN = { probability: 0.06, median: 86_400_000, sigma: 1.5 }

/**
 * Who has which chats, and when each turn is: log-normal numbers of chats a user and of turns a chat, more users each
 * month than the one before, and a chat of 20,000 messages among each 300,000 (one at least).
 */
export function planChats(random: Random, messages: number, period: Period): ChatPlan {
  const [from, until] = [period.from.getTime(), period.until.getTime()]
  const joinedAt: number[] = []
  const owner: number[] = []
  const most = messages + 2 * LONGEST_TURNS
  const [chat, at, kind] = [new Uint32Array(most), new Float64Array(most), new Uint8Array(most)]
  let [turn, planned] = [0, 0]

  const join = (after: number): number => joinedAt.push(from + (until - from) * after) - 1
  /** @returns how many messages it has */
  const planChat = (user: number, turns: number): number => {
    let added = 0
    const index = owner.push(user) - 1
    const branches = random.happens(BRANCHED_CHATS)
    const times = turnTimes(random, turns, { from: joinedAt[user] ?? from, until })
    for (const [place, time] of times.entries()) {
      const isBranch = branches && place > 0 && random.happens(BRANCHES_A_TURN)
      const isAnew = isBranch && random.happens(0.5)
      chat[turn] = index
      at[turn] = time
      kind[turn] = isAnew ? TURN_KIND.answersAnew : isBranch ? TURN_KIND.edits : TURN_KIND.follows
      added += isAnew ? 1 : 2
      turn++
    }
    return added
  }
  for (let each = 0; each < Math.max(1, Math.round(messages / MESSAGES_A_LONGEST)); each++)
    planned += planChat(join(random.next() / 4), Math.min(LONGEST_TURNS, Math.floor(messages / 4)))
  while (planned < messages) {
    const user = join(Math.sqrt(random.next()))
    const chats = Math.min(CHATS.most, Math.ceil(random.logNormal(CHATS.median, CHATS.sigma)))
    for (let each = 0; each < chats && planned < messages; each++) {
      const turns = Math.max(1, Math.round(random.logNormal(TURNS.median, TURNS.sigma)))
      planned += planChat(user, Math.min(turns, LONGEST_TURNS, Math.ceil((messages - planned) / 2)))
    }
  }
  return {
    joinedAt: Float64Array.from(joinedAt),
    owner: Uint32Array.from(owner),
    chat: chat.subarray(0, turn),
    at: at.subarray(0, turn),
    kind: kind.subarray(0, turn),
    messages: planned,
  }
}

/**
 * Some at a sitting and then a day or more of nothing. A chat too long for the time since its user joined is denser, but
 * a question never comes before the answer to the one before.
 */
function turnTimes(
  random: Random,
  turns: number,
  limits: { from: number; until: number },
): Float64Array {
  const { from, until } = limits
  const gaps = Float64Array.from({ length: turns - 1 }, () =>
    random.happens(RETURN.probability)
      ? random.logNormal(RETURN.median, RETURN.sigma)
      : random.logNormal(GAP.median, GAP.sigma),
  )
  const room = until - from
  const wanted = gaps.reduce((sum, gap) => sum + gap, 0)
  const scale = Math.min(1, room / wanted)
  const offsets = new Float64Array(turns)
  for (const [turn, gap] of gaps.entries())
    offsets[turn + 1] = (offsets[turn] ?? 0) + Math.max(GAP.least, gap * scale)
  const spare = room - (offsets[turns - 1] ?? 0)
  const start = from + (spare > 0 ? random.next() * spare : spare)
  return offsets.map((offset) => Math.floor(start + offset))
}
