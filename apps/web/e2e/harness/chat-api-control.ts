import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Lets tests, which run in processes of their own, end and start the chat-api of the stack. */
export async function startChatApiControl(orders: {
  kill: () => Promise<void>
  start: () => Promise<void>
}): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const order = request.url === '/kill' ? orders.kill : orders.start
    order().then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
