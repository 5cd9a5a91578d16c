import { expect, test } from 'vitest'
import { localRoom } from './local-share.ts'
import { OwnWindow } from './own-window.ts'
import { SharedView } from './shared-view.ts'

const LOST_AT_MS = 100_000

/** What two replicas used in the minute before Redis was lost, and what each may use after it. */
function lost(used: readonly [number, number], options: { limit: number; nowMs: number }) {
  return used.map((ofThis) => {
    const own = new OwnWindow()
    own.add(ofThis, LOST_AT_MS - 30_000)
    const view = new SharedView()
    const total = used[0] + used[1]
    const answer = { granted: 0, bucket: 0, bookingBuckets: [], total, waitMs: 0 }
    view.tell({ ...answer, isRemembered: true }, { nowMs: LOST_AT_MS, own: ofThis, random: 0 })
    const cluster = { replicas: 2, isShared: false, heardAtMs: LOST_AT_MS }
    return localRoom(own, 0, view, { ...cluster, ...options })
  })
}

test('each replica gets its share of the room that was left', () => {
  expect(lost([70, 10], { limit: 100, nowMs: LOST_AT_MS })).toEqual([10, 10])
  expect(lost([0, 0], { limit: 100, nowMs: LOST_AT_MS })).toEqual([50, 50])
})

test('where all was used there is nothing, until what was used is a minute old', () => {
  expect(lost([100, 0], { limit: 100, nowMs: LOST_AT_MS })).toEqual([0, 0])
  expect(lost([100, 0], { limit: 100, nowMs: LOST_AT_MS + 59_999 })).toEqual([50, 0])
  expect(lost([100, 0], { limit: 100, nowMs: LOST_AT_MS + 60_000 })).toEqual([50, 50])
})

test('a replica that was told long ago has its fair share, less what it used itself', () => {
  const own = new OwnWindow()
  own.add(20, LOST_AT_MS)
  const cluster = { replicas: 2, isShared: false, heardAtMs: LOST_AT_MS, nowMs: LOST_AT_MS }
  expect(localRoom(own, 0, new SharedView(), { ...cluster, limit: 100 })).toBe(30)
  expect(localRoom(new OwnWindow(), 0, new SharedView(), { ...cluster, limit: 1 })).toBe(1)
})
