import { CopyButton } from '../markdown/copy-button.tsx'

/** How a program uses a key, with this installation's own address. */
export function CallExamples({ baseUrl }: { baseUrl: string }) {
  return (
    <section className="data-section" aria-labelledby="use-key">
      <h2 id="use-key">Use a key</h2>
      <p>
        Whatever speaks OpenAI’s API works: give it the address <code>{baseUrl}</code> and a key.
      </p>
      {examplesOf(baseUrl).map(({ name, code }) => (
        <figure key={name} className="call-example">
          <figcaption>
            {name}
            <CopyButton text={code} label="Copy" />
          </figcaption>
          <pre>
            <code>{code}</code>
          </pre>
        </figure>
      ))}
    </section>
  )
}

function examplesOf(baseUrl: string): { name: string; code: string }[] {
  return [
    {
      name: 'curl',
      code: `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $BRAINLYX_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}'`,
    },
    {
      name: 'Python',
      code: `import os
from openai import OpenAI

client = OpenAI(
    base_url="${baseUrl}",
    api_key=os.environ["BRAINLYX_API_KEY"],
)
answer = client.chat.completions.create(
    model="auto", messages=[{"role": "user", "content": "Hello"}]
)
print(answer.choices[0].message.content)`,
    },
    {
      name: 'JavaScript',
      code: `import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: '${baseUrl}',
  apiKey: process.env.BRAINLYX_API_KEY,
})
const stream = await client.chat.completions.create({
  model: 'auto',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
})
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '')
}`,
    },
  ]
}
