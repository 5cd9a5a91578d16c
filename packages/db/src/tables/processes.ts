import type { Timestamp } from './column.ts'

export interface ProcessesTable {
  id: string
  service: string
  startedAt: Timestamp
  heartbeatAt: Timestamp
}
