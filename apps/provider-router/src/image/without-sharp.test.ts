import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { selectModel } from '../select/select-model.ts'
import { tableOf } from '../select/table-of.ts'
import { createImageFitting } from './image-fitting.ts'
import { dataUrl, photograph } from './photograph.ts'

test('where sharp is not there images pass as they are, and that is said once', async () => {
  const warnings: string[] = []
  const fitting = createImageFitting({
    logger: { warn: (_: unknown, words?: string) => void warnings.push(words ?? '') },
    isOn: () => true,
    readSharp: () => Promise.reject(new Error('no such package')),
  })
  const { deployments } = selectModel(tableOf({ keys: ['openai'] }), 'openai/gpt-4.1')
  const url = dataUrl(await photograph({ width: 3000, height: 2000, signed: true }))
  const request: ChatCompletionRequest = {
    model: 'any',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
  }
  expect(fitting.isMissing).toBe(false)
  for (let each = 0; each < 2; each++) {
    const images = fitting.of(request)
    await images?.prepare(deployments[0]!, new AbortController().signal)
    expect(await images?.fit(request, deployments[0]!)).toBe(request)
  }
  expect(fitting.isMissing).toBe(true)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('Install sharp beside the router')
})
