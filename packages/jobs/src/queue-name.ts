import type { JobName } from './job-catalogue.ts'

/** Under BullMQ's own prefix, so keys are `bull:brainlyx-chat-title:…`; a colon is not allowed in it. */
export function queueName(name: JobName): string {
  return `brainlyx-${name}`
}
