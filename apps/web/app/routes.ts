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
    route('settings/account', 'settings/account.route.tsx'),
    route('settings/account/two-factor', 'settings/two-factor.route.tsx'),
    route('settings/data', 'settings/data.route.tsx'),
    route('settings/limits', 'limits/limits.route.tsx'),
    route('settings/api-keys', 'api-keys/api-keys.route.tsx'),
    route('settings/usage', 'usage/usage.route.tsx'),
    route('settings/sign-ins', 'settings/sign-ins.route.tsx'),
    route('admin', 'admin/admin.route.tsx', [
      index('admin/overview.route.tsx'),
      route('providers', 'admin/providers.route.tsx'),
      route('tiers', 'limits/tiers.route.tsx'),
      route('budgets', 'admin/budgets.route.tsx'),
      route('sign-up', 'admin/sign-up.route.tsx'),
      route('invitations', 'admin/invitations.route.tsx'),
    ]),
  ]),
  route('settings/providers', 'admin/former-providers.route.ts'),
  route('sign-in', 'account/sign-in.route.tsx'),
  route('sign-in/code', 'account/sign-in-code.route.tsx'),
  route('sign-up', 'account/sign-up.route.tsx'),
  route('sign-out', 'account/sign-out.route.ts'),
  route('forgot-password', 'account/forgot-password.route.tsx'),
  route('reset-password', 'account/reset-password.route.tsx'),
  route('verify-email', 'account/verify-email.route.tsx'),
  route('set-up', 'account/set-up.route.tsx'),
  route('mailbox', 'account/mailbox.route.tsx'),
  route('account-deleted/:requestId', 'account/deleted.route.tsx'),
  route('theme', 'theme/theme.route.ts'),
  route('turns/:turnId/stop', 'conversation/stop-turn.route.ts'),
  route('*', 'errors/not-found.route.tsx'),
] satisfies RouteConfig
