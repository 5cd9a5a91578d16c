/** The pages of the administration, in the order of its navigation; each is a route below `admin` in `routes.ts`. */
export const adminSections: readonly { readonly path: string; readonly name: string }[] = [
  { path: '/admin', name: 'Overview' },
  { path: '/admin/users', name: 'Users' },
  { path: '/admin/announcements', name: 'Announcements' },
  { path: '/admin/failures', name: 'Failures' },
  { path: '/admin/sign-up', name: 'Sign-up' },
  { path: '/admin/invitations', name: 'Invitations' },
  { path: '/admin/tiers', name: 'Tiers' },
  { path: '/admin/budgets', name: 'Budgets' },
  { path: '/admin/providers', name: 'Provider keys' },
  { path: '/admin/audit', name: 'Audit log' },
]
