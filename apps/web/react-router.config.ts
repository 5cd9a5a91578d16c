import type { Config } from '@react-router/dev/config'

export default {
  // All routes are small; asking the server which exist, one link at a time, would cost more than it saves.
  routeDiscovery: { mode: 'initial' },
} satisfies Config
