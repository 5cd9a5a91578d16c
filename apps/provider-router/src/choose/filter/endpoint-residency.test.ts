import { expect, test } from 'vitest'
import { endpointPromisesResidency } from './endpoint-residency.ts'

test.each([
  'https://api.openai.com/v1',
  'https://API.OpenAI.com./v1',
  'https://something-new.api.openai.com/v1',
  'https://api.anthropic.com',
  'https://generativelanguage.googleapis.com',
  'https://generativelanguage.googleapis.com/v1beta/openai',
  'https://aiplatform.googleapis.com/v1/projects/p/locations/global',
  'https://api.groq.com',
  'https://own.host@api.groq.com:443/openai',
])('%s promises no region', (baseUrl) => {
  for (const region of ['eu', 'us', 'us-east', 'global']) {
    expect(endpointPromisesResidency(baseUrl, region)).toBe(false)
  }
})

test.each(['us', 'eu', 'au', 'in', 'jp'])('OpenAI’s host of %s promises that region', (region) => {
  const baseUrl = `https://${region}.api.openai.com/v1`
  expect(endpointPromisesResidency(baseUrl, region)).toBe(true)
  expect(endpointPromisesResidency(baseUrl, `${region}-east`)).toBe(false)
  expect(endpointPromisesResidency(baseUrl, region === 'eu' ? 'us' : 'eu')).toBe(false)
})

test.each([
  'http://10.0.0.7:8000/v1',
  'https://llm.example.eu/v1',
  'https://ours.openai.azure.com/openai/v1',
  'https://europe-west1-aiplatform.googleapis.com/v1',
  'https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1',
  'https://api.openai.com.example.eu/v1',
  'https://api.openai.com@llm.example.eu/v1',
])('of %s the operator knows', (baseUrl) => {
  expect(endpointPromisesResidency(baseUrl, 'eu')).toBe(true)
})
