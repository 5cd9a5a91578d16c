import { row } from '../router/run/results.ts'
import type { Row } from '../router/run/results.ts'
import { Caller, atOnce, granted, guestOf, quantile, signUp } from './caller.ts'
import type { Answer } from './caller.ts'
import type { Replicas } from './replicas.ts'
import { PLENTY, setTier } from './set-tier.ts'

const WIDTH = 24
/** Whoever goes on against more refusals than a hundred has a lower standing, and less. */
const TOLERATED = 90
/** A minute brings one back, which is nothing within a measurement. */
const SLOW = 1

/** How much two replicas grant of what one bucket holds. */
export async function accuracy(replicas: Replicas, burst: number): Promise<Row[]> {
  const { pair } = replicas
  const chats = (index: number) => `${pair[index % 2]!}/api/v1/chats`
  await setTier(replicas, 'free', { requestsPerMinute: SLOW, requestBurst: burst })
  const { caller } = await signUp(pair[0])
  const all = granted(await atOnce(burst + TOLERATED, WIDTH, (index) => caller.send(chats(index))))

  const perMinute = 6_000
  await setTier(replicas, 'free', { requestsPerMinute: perMinute, requestBurst: 100 })
  const { caller: steady } = await signUp(pair[1])
  const startedAt = performance.now()
  const answers = await untilRefused(TOLERATED, (index) => steady.send(chats(index)))
  const minutes = (performance.now() - startedAt) / 60_000
  const most = 100 + perMinute * minutes
  return [
    row('of a full bucket, two replicas grant', (100 * all) / burst, '%', { atMost: 102 }),
    row('of what comes back meanwhile', (100 * granted(answers)) / most, '%', { atMost: 102 }),
  ]
}

/**
 * The same with Redis cut off in the middle. Each replica then grants its share of a full bucket, so that both together
 * grant at most what the bucket holds once more, and one for each further replica.
 */
export async function withoutRedis(replicas: Replicas, burst: number): Promise<Row[]> {
  const { pair, redisLine } = replicas
  await setTier(replicas, 'free', { requestsPerMinute: SLOW, requestBurst: burst })
  const { caller } = await signUp(pair[0])
  const send = (index: number): Promise<Answer> => caller.send(`${pair[index % 2]!}/api/v1/chats`)
  const before = granted(await atOnce(burst / 2, WIDTH, send))
  redisLine.cut()
  const answers = await untilRefused(TOLERATED, send)
  redisLine.mend()
  const limit = burst + burst + pair.length - 1
  await setTier(replicas, 'free', PLENTY)
  const { caller: patient } = await signUp(pair[0])
  redisLine.hold()
  const hung = await atOnce(burst, 1, (index) => patient.send(`${pair[index % 2]!}/api/v1/chats`))
  redisLine.mend()
  return [
    row(
      'Redis cut off under load: granted of the bound',
      (100 * (before + granted(answers))) / limit,
      '%',
      {
        atMost: 100,
      },
    ),
    row(
      'a Redis that takes questions and never answers: the slowest of a hundred requests',
      quantile(
        hung.map(({ ms }) => ms),
        0.99,
      ),
      'ms',
    ),
  ]
}

/** What a client writes of its address, and being many guests: neither is worth anything. */
export async function pretending(replicas: Replicas): Promise<Row[]> {
  const { pair } = replicas
  const burst = 100
  await setTier(replicas, 'guest', { requestsPerMinute: SLOW, requestBurst: burst })
  const forged = await atOnce(burst * 2, 8, (index) =>
    new Caller().send(`${pair[index % 2]!}/api/v1/models`, {
      headers: {
        'x-forwarded-for': `203.0.113.${index % 250}, 198.51.100.${index % 200}`,
        'x-real-ip': `203.0.113.${index % 250}`,
        forwarded: `for=203.0.113.${index % 250}`,
      },
    }),
  )
  const messages = 10
  await setTier(replicas, 'guest', { ...PLENTY, messagesPerDay: messages })
  const rotating = await atOnce(messages * 3, 3, async (index) => {
    const origin = pair[index % 2]!
    const guest = await guestOf(origin)
    return guest.send(`${origin}/api/v1/turns`, {
      method: 'POST',
      json: { text: `I am new: ${index}` },
    })
  })
  return [
    row(
      'requests granted to forged addresses, of one address’s',
      (100 * granted(forged)) / burst,
      '%',
      {
        atMost: 102,
      },
    ),
    row(
      'messages granted to guests that rotate, of one guest’s',
      (100 * granted(rotating)) / messages,
      '%',
      {
        atMost: 102,
      },
    ),
  ]
}

/** Asks on and on, until so many were refused. */
async function untilRefused(
  count: number,
  send: (index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let refused = 0
  let index = 0
  const lane = async (): Promise<void> => {
    while (refused < count) {
      const answer = await send(index++)
      answers.push(answer)
      if (answer.status === 429) refused++
    }
  }
  await Promise.all(Array.from({ length: WIDTH / 4 }, lane))
  return answers
}
