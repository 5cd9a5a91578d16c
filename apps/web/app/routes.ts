import { index, layout, route } from '@react-router/dev/routes'
import type { RouteConfig } from '@react-router/dev/routes'

export default [
  layout('shell/shell.route.tsx', [
    layout('conversation/conversation.route.tsx', [
      index('conversation/new-chat.route.tsx'),
      route('c/:chatId', 'conversation/chat.route.tsx'),
    ]),
    route('c/:chatId/options', 'shell/chat-options.route.tsx'),
    route('search', 'search/search.route.tsx'),
    route('settings/data', 'settings/data.route.tsx'),
    route('admin', 'admin/admin.route.tsx', [
      index('admin/overview.route.tsx'),
      route('users', 'admin/users.route.tsx'),
      route('users/:userId', 'admin/user.route.tsx'),
      route('announcements', 'admin/announcements.route.tsx'),
      route('announcements/:announcementId', 'admin/announcement.route.tsx'),
      route('failures', 'admin/failures.route.tsx'),
      route('providers', 'admin/providers.route.tsx'),
    ]),
  ]),
  route('announcements/dismiss', 'announcements/dismiss.route.ts'),
  route('settings/providers', 'admin/former-providers.route.ts'),
  route('sign-in', 'account/sign-in.route.tsx'),
  route('sign-up', 'account/sign-up.route.tsx'),
  route('sign-out', 'account/sign-out.route.ts'),
  route('account-deleted/:requestId', 'account/deleted.route.tsx'),
  route('theme', 'theme/theme.route.ts'),
  route('turns/:turnId/stop', 'conversation/stop-turn.route.ts'),
  route('*', 'errors/not-found.route.tsx'),
] satisfies RouteConfig
