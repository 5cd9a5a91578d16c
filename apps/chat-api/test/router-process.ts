export async function startRouter(options: { simulatorUrl: string; publicJwks: unknown }) {
  return { url: options.simulatorUrl, stop: async () => {} }
}
