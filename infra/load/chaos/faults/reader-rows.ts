import type { Member } from '../cluster/member.ts'
import { createApiCaller } from '../../turns/chat-api-caller.ts'
import { signInGuests } from '../../turns/guests.ts'
import { weighIdleReaders } from '../../turns/idle-readers.ts'
import { strikeMidStream } from './mid-stream.ts'
import { AT_ONCE } from './stage.ts'
import type { Row, Stage } from './stage.ts'

/** Of what a process may open, the part that is left for everything else. */
const OTHER_FILES = 2_500
const IDLE_READERS = 10_000
const OPEN_FILES_LIMIT = 20_000

export const READER_ROWS: readonly Row[] = [
  {
    name: 'readers at 1 kB/s',
    about: 'answers come at ten times that',
    run: async (stage) => ({
      strikes: await strikeMidStream(stage, {
        plan: { bytesPerSecond: 1_000 },
        pace: { tokensPerSecond: 200 },
        strike: async () => {},
      }),
    }),
  },
  {
    name: 'readers return at another replica',
    about: 'they leave after a few frames, and the balancer sends them elsewhere',
    run: async (stage) => {
      const [first, second] = stage.cluster.chatApis as [Member, Member]
      stage.cluster.chatApiBalancer.prefer(first)
      try {
        return {
          strikes: await strikeMidStream(stage, {
            plan: { leaveAfterFrames: 20 },
            strike: async ({ cluster }) => cluster.chatApiBalancer.prefer(second),
          }),
        }
      } finally {
        stage.cluster.chatApiBalancer.prefer(undefined)
      }
    },
  },
  {
    name: '10,000 idle readers',
    about: 'of turns that say nothing, at one chat-api; what each costs it',
    run: (stage) => idleReaders(stage),
  },
]

async function idleReaders({ cluster }: Stage): Promise<Awaited<ReturnType<Row['run']>>> {
  const chatApi = cluster.chatApis[0] as Member
  const releases = new AsyncDisposableStack()
  try {
    const readers = Math.min(IDLE_READERS, OPEN_FILES_LIMIT - OTHER_FILES)
    const guests = await signInGuests(createApiCaller(releases, chatApi.origin), AT_ONCE)
    const weighed = await weighIdleReaders(
      {
        name: chatApi.name,
        origin: chatApi.origin,
        opsOrigin: chatApi.opsOrigin,
        process: { name: chatApi.name, pid: chatApi.pid(), assertAlive: () => {} },
      },
      { guests, readers },
    )
    return {
      strikes: [],
      figures: [
        { name: 'readers', value: weighed.readers, unit: 'readers' },
        { name: 'memory a reader', value: weighed.kbPerReader, unit: 'kB', atMost: 20 },
      ],
    }
  } finally {
    await releases.disposeAsync()
  }
}
