import type { Attempt } from '@brainlyx/provider-simulator'

/** The calls that the provider has seen for prompts with these words, in the order they came. */
export async function attemptsAt(simulatorOrigin: string, words: string): Promise<Attempt[]> {
  const url = new URL('/__simulator/attempts', simulatorOrigin)
  url.searchParams.set('prompt', words)
  const response = await fetch(url)
  return (await response.json()) as Attempt[]
}
